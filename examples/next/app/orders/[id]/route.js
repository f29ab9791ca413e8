import { getLogger } from "daybook";

const log = getLogger("shop.orders");

export async function GET(_request, { params }) {
  const { id } = await params;
  if (id === "13") throw new Error("the printer is on fire");
  log.info("found order %d", Number(id), { id });
  return Response.json({ id: Number(id) });
}
