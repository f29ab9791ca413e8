// A mail server on loopback, as small as one can be that a stock client talks to: EHLO,
// AUTH PLAIN and LOGIN, STARTTLS, MAIL, RCPT, DATA, QUIT (RFC 5321). It keeps the mails
// it gets, and can be told what to answer. For the tests of SMTPHandler.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { TLSSocket } from "node:tls";

import type { ServerIdentity } from "./loopback-server.ts";
import { listenQuietly } from "./quiet-port.ts";

/** A mail as it came over the wire, dots unstuffed. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
  /** Who had logged in; null: nobody. */
  readonly user: string | null;
  readonly overTls: boolean;
}

/** What a client has said so far. */
interface Session {
  socket: Socket;
  from: string;
  to: string[];
  user: string | null;
  overTls: boolean;
  /** The lines of the mail, while it comes. */
  data: string[] | null;
}

/** Takes mails. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** All commands, in order. */
  readonly commands: string[] = [];
  /** Says what to answer to a command instead of the usual; null: the usual. */
  answer: (command: string) => string | null = () => null;
  readonly #identity: ServerIdentity | null;
  readonly #implicit: boolean;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  port = 0;

  constructor(identity: ServerIdentity | null = null, implicit: boolean = false) {
    this.#identity = identity;
    this.#implicit = implicit;
  }

  async start(): Promise<void> {
    const server = createServer((socket) => {
      const session = { socket, from: "", to: [], user: null, overTls: false, data: null };
      this.#keep(socket);
      if (this.#implicit) this.#secure(session);
      else this.#listen(session);
      this.#say(session, this.answer("(connect)") ?? "220 test ready");
    });
    this.#server = server;
    if (this.port === 0) {
      this.port = await listenQuietly(server);
      return;
    }
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #secure(session: Session): void {
    const { key, cert } = this.#identity ?? { key: "", cert: "" };
    session.socket = new TLSSocket(session.socket, { isServer: true, key, cert });
    session.overTls = true;
    this.#keep(session.socket);
    this.#listen(session);
  }

  #listen(session: Session): void {
    const { socket } = session;
    let rest = "";
    const take = (chunk: Buffer): void => {
      const lines = (rest + chunk.toString("latin1")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (session.socket !== socket) return;
        this.#hear(session, line);
      }
      if (session.socket !== socket) socket.off("data", take);
    };
    socket.on("data", take);
  }

  #say(session: Session, text: string): void {
    session.socket.write(`${text}\r\n`);
  }

  #hear(session: Session, line: string): void {
    if (session.data !== null) {
      this.#hearData(session, session.data, line);
      return;
    }
    this.commands.push(line);
    const told = this.answer(line);
    if (told !== null) this.#say(session, told);
    else this.#obey(session, line);
  }

  #hearData(session: Session, data: string[], line: string): void {
    if (line !== ".") {
      data.push(line.startsWith(".") ? line.slice(1) : line);
      return;
    }
    session.data = null;
    const told = this.answer("(data)");
    if (told === null) {
      const { from, to, user, overTls } = session;
      this.mails.push({ from, to, user, overTls, data: `${data.join("\n")}\n` });
    }
    this.#say(session, told ?? "250 taken");
  }

  #obey(session: Session, line: string): void {
    const path = /<(?<path>.*)>/.exec(line)?.groups?.["path"] ?? "";
    switch (line.split(/[ :]/)[0]?.toUpperCase()) {
      case "EHLO": {
        const offer = this.#identity !== null && !session.overTls ? ["STARTTLS"] : [];
        const lines = ["test", "8BITMIME", ...offer, "AUTH PLAIN"];
        const last = lines.length - 1;
        const texts = lines.map((each, index) => `250${index === last ? " " : "-"}${each}`);
        this.#say(session, texts.join("\r\n"));
        return;
      }
      case "STARTTLS":
        this.#say(session, "220 go on");
        this.#secure(session);
        return;
      case "AUTH": {
        const [, user = "", password = ""] = Buffer.from(line.split(" ")[2] ?? "", "base64")
          .toString()
          .split("\0");
        session.user = user;
        this.#say(session, password === "wrong" ? "535 no" : "235 welcome");
        return;
      }
      case "MAIL":
        session.from = path;
        session.to = [];
        break;
      case "RCPT":
        session.to.push(path);
        break;
      case "DATA":
        session.data = [];
        this.#say(session, "354 go on");
        return;
      case "QUIT":
        this.#say(session, "221 bye");
        session.socket.end();
        return;
    }
    this.#say(session, "250 ok");
  }
}
