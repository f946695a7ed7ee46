/** The shape of the configuration file. Strict throughout: a key that is not known here is a mistake, not a comment. */
import { z } from "zod";
import { tagProblem } from "../../core/names.js";
import { spanProblem } from "../retention/span.js";
import {
  authorityProblem,
  endpointProblem,
  sourceUrlProblem,
  storeUrlProblem,
  targetUrlProblem,
  WHERE_SECRETS_BELONG,
} from "./urls.js";

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

const TENANT = "write the tenant's id, or one of its domains";
const CLIENT = "a client id, such as 00000000-0000-0000-0000-000000000000";
const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const tenant = z.string(TENANT).regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, TENANT);
const client = z.string(`write ${CLIENT}`).regex(CLIENT_ID, `write ${CLIENT}`);
const managedIdentity = z.custom<string | true>(
  (value) => value === true || (typeof value === "string" && CLIENT_ID.test(value)),
  `write true for the machine's own, or ${CLIENT}`,
);
const yes = z.literal(true, "write true, or leave it out");

/** Exactly one of these says by what is signed in. */
const WAYS = ["default", "managedIdentity", "workloadIdentity", "secret", "token"] as const;

const entra = z.preprocess(
  (value) => (value === "default" ? { default: true } : value),
  z
    .strictObject(
      {
        default: yes.optional(),
        managedIdentity: managedIdentity.optional(),
        workloadIdentity: yes.optional(),
        secret: secret.optional(),
        token: secret.optional(),
        tenant: tenant.optional(),
        client: client.optional(),
        authority: checked(authorityProblem).optional(),
      },
      {
        error: ({ code }) =>
          code === "invalid_type" ? "write default, or a mapping (docs/configuration.md)" : undefined,
      },
    )
    .superRefine((value, context) => {
      const ways = WAYS.filter((way) => value[way] !== undefined);
      const complain = (message: string, ...path: string[]): void => {
        context.addIssue({ code: "custom", message, path });
      };
      if (ways.length !== 1) complain(`write exactly one of ${WAYS.slice(0, -1).join(", ")} and ${WAYS.at(-1) ?? ""}`);
      for (const key of ["tenant", "client"] as const) {
        const isNeeded = value.secret !== undefined || value.token !== undefined;
        if (isNeeded && value[key] === undefined) complain("is missing", key);
        if (value.managedIdentity !== undefined && value[key] !== undefined) {
          complain(
            "does not go with managedIdentity, whose value is the client id of an identity that is not the machine's own",
            key,
          );
        }
      }
    }),
);

const signIn = {
  entra: entra.optional(),
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
  readonly entra?: unknown;
}

const oneSignIn = (value: SignInSettings): boolean =>
  [value.key, value.sas, value.connectionString, value.entra].filter((item) => item !== undefined).length <= 1;
const ONE_SIGN_IN = "write only one of key, sas, connectionString and entra";

const source = z.preprocess(
  (value) => (typeof value === "string" ? { url: value } : value),
  z.strictObject({ url: checked(sourceUrlProblem), ...signIn }).refine(oneSignIn, ONE_SIGN_IN),
);

/** What of a source has to do with reading is no affair of a target. */
const targetSignIn = {
  entra: signIn.entra,
  endpoint: signIn.endpoint,
  key: signIn.key,
  sas: signIn.sas,
  connectionString: signIn.connectionString,
};
const target = z.strictObject({ url: checked(targetUrlProblem), ...targetSignIn }).refine(oneSignIn, ONE_SIGN_IN);

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
  targets: z.array(target, "write a list: each with a url, and how it is signed in to").nullish(),
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
export type RawEntra = z.infer<typeof entra>;
export type RawSecret = z.infer<typeof secret>;
