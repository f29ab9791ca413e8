import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { makeLogRecord } from "../../../src/index.ts";
import { SMTPHandler } from "../../../src/handlers/network/smtp.ts";
import { SmtpServer } from "../../kit/smtp-server.ts";
import { until } from "../../kit/until.ts";
import { useSuiteLogging } from "./suite-logging.ts";

/** The headers, with folded ones on one line, and the text. */
function readMail(data: string): { headers: string; text: string } {
  const lines = data.replaceAll("\r\n", "\n");
  const end = lines.indexOf("\n\n");
  const headers = lines.slice(0, end).replace(/\n[ \t]+/g, " ");
  const [, coding = "7bit"] = /^Content-Transfer-Encoding: (\S+)$/im.exec(headers) ?? [];
  return { headers, text: decoded(lines.slice(end + 2), coding.toLowerCase()).trimEnd() };
}

function decoded(body: string, coding: string): string {
  if (coding === "base64") return Buffer.from(body, "base64").toString();
  if (coding !== "quoted-printable") return body;
  const bytes = body
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

describe("SMTPHandlerTest", () => {
  const suite = useSuiteLogging();

  it("basic", async () => {
    const server = new SmtpServer();
    await server.start();
    const handler = new SMTPHandler({
      mailhost: ["127.0.0.1", server.port],
      fromaddr: "me",
      toaddrs: "you",
      subject: "Log",
    });
    assert.deepEqual(handler.toaddrs, ["you"]);
    handler.handle(makeLogRecord({ msg: "Good \u2600" }));
    await until(() => server.mails.length > 0);
    handler.close();
    await handler.drain();
    await server.stop();
    assert.equal(server.mails.length, 1);
    const [mail] = server.mails;
    assert.deepEqual([mail?.from, mail?.to], ["me", ["you"]]);
    const { headers, text } = readMail(mail?.data ?? "");
    assert.match(headers, /^Subject: Log$/m);
    assert.match(headers, /^Content-Type: text\/plain; charset="?utf-8"?/im);
    assert.equal(text, "Good \u2600");
    assert.equal(suite.stderr.text, "");
  });
});
