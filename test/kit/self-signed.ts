// A certificate for 127.0.0.1 and localhost that nobody but the test trusts, made anew
// by openssl for each run: a committed key would look like a leaked one, and its
// certificate run out some day.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ServerIdentity } from "./loopback-server.ts";

/** The certificate; null where there is no openssl. */
export function selfSigned(): ServerIdentity | null {
  const folder = mkdtempSync(join(tmpdir(), "daybook-tls-"));
  try {
    const key = join(folder, "key.pem");
    const cert = join(folder, "cert.pem");
    const request =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 " +
      "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost";
    const { status } = spawnSync("openssl", [...request.split(" "), "-keyout", key, "-out", cert]);
    if (status !== 0) return null;
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
