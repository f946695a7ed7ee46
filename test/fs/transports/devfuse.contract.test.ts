import { beforeEach } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { describeTransport } from "../contract/describe-transport.js";
import { DEVFUSE } from "../support/transports.js";

beforeEach((ctx) => requireCapability(ctx, "root"));

describeTransport(DEVFUSE, { plain: "everything", encrypted: "content", remote: "content" });
