// The handler that sends mails, CPython's SMTPHandler. Each record is a mail, or those
// of an interval are one. The mail itself is nodemailer's work, an optional package; what
// waits, retries and drops is the outbox's. Meant for records that somebody must read.

import { now } from "../../core/clock.ts";
import { checkOptionNames } from "../../core/options.ts";
import type { LogRecord } from "../../core/record.ts";
import { toText } from "../../core/value.ts";
import { SmtpTransport } from "../../platform/smtp-transport.ts";
import type { MailPart } from "../../platform/smtp-transport.ts";
import { MailGathering } from "./smtp-gathering.ts";
import { smtpSettings, SMTP_OPTIONS } from "./smtp-options.ts";
import type { SMTPHandlerOptions } from "./smtp-options.ts";
import type { NetworkStats } from "./network-stats.ts";
import { OutboxHandler } from "./outbox-handler.ts";
import { checkOutbox, OUTBOX_OPTIONS } from "./outbox-options.ts";

const OPTIONS: readonly string[] = [...SMTP_OPTIONS, ...OUTBOX_OPTIONS];

/** Servers that put off strangers want to be asked for minutes: about nine with this. */
const MAX_ATTEMPTS = 20;
/** What a mail takes of memory besides its texts, about. */
const MAIL_OVERHEAD = 200;
/** RFC 5322 allows a line 998 characters; nobody reads as many. */
const MOST_OF_SUBJECT = 500;

/**
 * Sends a mail for each record. Needs the package `nodemailer`.
 *
 * Guarantees: those of OutboxHandler. A record's text can't end a header or add one.
 * A connection that breaks after the mail was given over, and before the server said
 * so, makes a second mail with the same text.
 */
export class SMTPHandler extends OutboxHandler<MailPart> {
  readonly mailhost: string;
  readonly mailport: number;
  readonly fromaddr: string;
  readonly toaddrs: readonly string[];
  /** What `getSubject` gives; may be set. */
  subject: string;
  readonly #gathering: MailGathering | null;

  /**
   * @throws ValueError or TypeError for options that are missing, unknown or have values
   * that are not accepted; Error if nodemailer is not installed; what reading the files
   * of `secure` throws.
   */
  constructor(options: SMTPHandlerOptions) {
    checkOptionNames(options, OPTIONS);
    const given: Partial<SMTPHandlerOptions> = options ?? {};
    const outbox = checkOutbox({ ...given, maxAttempts: given.maxAttempts ?? MAX_ATTEMPTS });
    const settings = smtpSettings(given as SMTPHandlerOptions);
    const { host, port, intervalMs } = settings;
    super(
      new SmtpTransport({
        ...settings,
        timeoutMs: outbox.timeoutMs,
        mostParts: intervalMs === null ? 1 : outbox.maxQueueRecords,
        refusedSome: (addresses) => {
          const error = new Error(`the server refused ${addresses.join(", ")}`);
          this.handleTrouble(error, "a mail was sent to some of its recipients only");
        },
      }),
      outbox,
    );
    this.mailhost = host;
    this.mailport = port;
    this.fromaddr = options.fromaddr;
    this.toaddrs = settings.toaddrs;
    this.subject = settings.subject;
    this.#gathering =
      intervalMs === null
        ? null
        : new MailGathering(intervalMs, outbox, (part, bytes) => this.post(part, bytes));
  }

  /** The subject of a record's mail. Override it for one that depends on the record. */
  getSubject(_record: LogRecord): string {
    return this.subject;
  }

  override emit(record: LogRecord): void {
    const part = this.making(() => ({
      subject: oneLine(toText(this.getSubject(record))),
      text: this.formatOrFallback(record),
      ms: now(),
    }));
    // UTF-16 is what memory holds.
    const bytes = 2 * (part.subject.length + part.text.length) + MAIL_OVERHEAD;
    if (this.#gathering === null) this.post(part, bytes);
    else this.#gathering.add(part, bytes);
  }

  /** As OutboxHandler's; records that are being gathered count among those that wait. */
  override stats(): NetworkStats {
    const stats = super.stats();
    const { records = 0, bytes = 0 } = this.#gathering ?? {};
    return {
      ...stats,
      taken: stats.taken + records,
      waiting: stats.waiting + records,
      waitingBytes: stats.waitingBytes + bytes,
    };
  }

  /** As OutboxHandler's; what is being gathered goes at once. */
  override drain(timeoutMs?: number): Promise<boolean> {
    this.#gathering?.release();
    return super.drain(timeoutMs);
  }

  /** As OutboxHandler's; what is being gathered goes at once. */
  override close(): void {
    this.#gathering?.release();
    super.close();
  }
}

// Whatever ends a line, or moves a terminal's cursor, is a blank.
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  const cut = line.length <= MOST_OF_SUBJECT ? line : `${line.slice(0, MOST_OF_SUBJECT)}...`;
  return (cut as string & { toWellFormed(): string }).toWellFormed();
}
