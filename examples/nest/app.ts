// A small shop on NestJS. Nest's own messages, those of services through Nest's Logger,
// and the requests are all in daybook's log.
//
//   npx tsc -p . && node build/app.js      then   curl -i http://127.0.0.1:8080/orders/7

import { pathToFileURL } from "node:url";
import { Controller, Get, Injectable, Logger, Module, Param } from "@nestjs/common";
import type { INestApplication, LoggerService } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { JsonFormatter, StreamHandler, getLogger } from "daybook";
import type { TextStream } from "daybook";
import { requestLogger } from "daybook/express";
import { NestLogger } from "daybook/nest";

@Injectable()
export class OrdersService {
  // Nest's own Logger: code that is there already stays as it is.
  private readonly logger = new Logger(OrdersService.name);

  async find(id: number): Promise<{ id: number }> {
    await new Promise(setImmediate);
    this.logger.log("found order", { id });
    return { id };
  }

  print(id: number): never {
    const problem = new Error("the printer is on fire");
    this.logger.error(`can't print order ${id}`, problem.stack);
    throw problem;
  }
}

@Controller("orders")
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    // The same service by injection.
    private readonly logger: NestLogger,
  ) {}

  @Get(":id")
  find(@Param("id") id: string): Promise<{ id: number }> {
    this.logger.debug(`looking for order ${id}`, OrdersController.name);
    return this.orders.find(Number(id));
  }

  @Get(":id/invoice")
  invoice(@Param("id") id: string): never {
    return this.orders.print(Number(id));
  }
}

@Module({
  controllers: [OrdersController],
  providers: [OrdersService, { provide: NestLogger, useValue: new NestLogger() }],
})
// oxlint-disable-next-line typescript/no-extraneous-class
export class ShopModule {}

/** The application, not listening yet. */
export async function createApp(): Promise<INestApplication> {
  const logger: LoggerService = new NestLogger();
  const app = await NestFactory.create(ShopModule, { logger, bufferLogs: true });
  app.use(requestLogger());
  return app;
}

/** Lines of JSON on stdout. Of what Nest puts together at its start, only warnings. */
export function configureLogging(stream: TextStream = process.stdout): void {
  const handler = new StreamHandler(stream);
  handler.setFormatter(new JsonFormatter());
  const root = getLogger();
  root.setLevel("DEBUG");
  root.addHandler(handler);
  getLogger("nest.InstanceLoader").setLevel("WARNING");
}

// Run it, or import its parts.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  configureLogging();
  const app = await createApp();
  await app.listen(8080, "127.0.0.1");
}
