import {
  Formatter,
  getLogger,
  JsonFormatter,
  StreamHandler,
  TimedRotatingFileHandler,
} from "daybook";

const out = new StreamHandler(process.stdout);
out.setFormatter(new Formatter("%(levelname)s: %(message)s"));

const errors = new TimedRotatingFileHandler("errors.log", { when: "midnight", backupCount: 14 });
errors.setLevel("ERROR");
errors.setFormatter(new JsonFormatter());

const root = getLogger();
root.setLevel("INFO");
root.addHandler(out);
root.addHandler(errors);

const log = getLogger("shop").with({ service: "shop" });

log.info("order %d paid", 7, { user: "ada" });
log.debug("nobody hears this");
log.with({ requestId: "7f" }).warning("stock is low");
log.error("could not ship", { order: 7, error: new Error("no stock").message });
