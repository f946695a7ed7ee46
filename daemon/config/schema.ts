/** The shape of the configuration file. Strict throughout: a key that is not known here is a mistake, not a comment. */
import { z } from "zod";
import { tagProblem } from "../../core/names.js";
import { spanProblem } from "../retention/span.js";
import { endpointProblem, sourceUrlProblem, storeUrlProblem, WHERE_SECRETS_BELONG } from "./urls.js";

const text = z.string().min(1, "is empty");

/** A text that `problemOf` finds nothing wrong with. @param otherwise what is said of anything but a text */
function checked(problemOf: (value: string) => string | undefined, otherwise?: string) {
  return z.string(otherwise).superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });
}

function wholeNumber(most: number) {
  const problem = `must be a whole number from 1 to ${most}`;
  return z.number(problem).int(problem).min(1, problem).max(most, problem);
}

/** The names of the keys are the kinds of `SecretReference`. */
const secret = z
  .strictObject(
    { env: text.optional(), file: text.optional(), credential: text.optional() },
    {
      error: ({ code, input }) =>
        code === "invalid_type" && typeof input === "string"
          ? `a secret does not belong in a configuration: ${WHERE_SECRETS_BELONG}`
          : undefined,
    },
  )
  .refine((value) => Object.values(value).filter((item) => item !== undefined).length === 1, {
    error: "write exactly one of {env: NAME}, {file: PATH} and {credential: NAME}",
  });

const signIn = {
  endpoint: checked(endpointProblem).optional(),
  key: secret.optional(),
  sas: secret.optional(),
  connectionString: secret.optional(),
  changedRanges: z.boolean().optional(),
  trustWriteTimes: z.boolean().optional(),
  operationsPerSecond: wholeNumber(100_000).optional(),
  requestsAtOnce: wholeNumber(256).optional(),
};

interface SignInSettings {
  readonly key?: unknown;
  readonly sas?: unknown;
  readonly connectionString?: unknown;
}

const oneSignIn = (value: SignInSettings): boolean =>
  [value.key, value.sas, value.connectionString].filter((item) => item !== undefined).length <= 1;
const ONE_SIGN_IN = "write only one of key, sas and connectionString";

const source = z.preprocess(
  (value) => (typeof value === "string" ? { url: value } : value),
  z.strictObject({ url: checked(sourceUrlProblem), ...signIn }).refine(oneSignIn, ONE_SIGN_IN),
);

const encryption = z
  .strictObject({ passphrase: secret.optional(), key: secret.optional() })
  .refine(({ passphrase, key }) => (passphrase === undefined) !== (key === undefined), {
    error: "write exactly one of passphrase and key",
  });

const store = checked(storeUrlProblem);

const periods = wholeNumber(999_999).optional();

const retention = z.strictObject({
  last: periods,
  hourly: periods,
  daily: periods,
  weekly: periods,
  monthly: periods,
  yearly: periods,
  within: checked(spanProblem, "write a span such as 14d").optional(),
  tags: z.array(checked(tagProblem), "write a list, such as [monthly, audit]").optional(),
});

export const configSchema = z.strictObject({
  state: text.optional(),
  defaults: z
    .strictObject({
      retention: retention.optional(),
      store: store.optional(),
      encryption: encryption.optional(),
      source: z.strictObject(signIn).refine(oneSignIn, ONE_SIGN_IN).optional(),
    })
    .nullish(),
  tenants: z.record(z.string(), z.strictObject({ retention: retention.optional() })).nullish(),
  shares: z
    .record(
      z.string(),
      z.strictObject({
        source,
        store: store.optional(),
        retention: retention.optional(),
        encryption: encryption.optional(),
      }),
    )
    .nullish(),
});

export type RawConfig = z.infer<typeof configSchema>;
export type RawRetention = z.infer<typeof retention>;
export type RawSecret = z.infer<typeof secret>;
