/** Refuses keys and signatures on the command line: every user of the machine can read it there, and shells keep it. */
import { SharestrataError } from "../core/errors.js";
import { holdsSecret } from "../daemon/config/urls.js";

const OPTION = /^--?(?:key|account-?key|sas|sas-?token|connection-?string|password|passphrase|secret|token)(?:=|$)/i;

/** @throws SharestrataError `USAGE`; the secret is not part of the message */
export function refuseSecrets(argv: readonly string[]): void {
  const end = argv.indexOf("--");
  const options = end < 0 ? argv : argv.slice(0, end);
  if (!argv.some((argument) => holdsSecret(argument)) && !options.some((argument) => OPTION.test(argument))) return;
  throw new SharestrataError(
    "USAGE",
    "Keys and signatures are not taken from the command line, where every user of the machine can read them: put the " +
      "secret in a file, a systemd credential or the environment (docs/configuration.md).",
  );
}
