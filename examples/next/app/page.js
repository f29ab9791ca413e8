import { getLogger } from "daybook";

export const dynamic = "force-dynamic";

export default function Page() {
  getLogger("shop.pages").info("rendering %s", "/");
  return <h1>A small shop</h1>;
}
