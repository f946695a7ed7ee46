/**
 * Puts proofs on the SDK's requests, and sends a request once more with a new proof when the service has refused the old
 * one. It is one of the SDK's own kind of policies, so it sees every request of every client of a pipeline.
 */
import type { HttpOperationResponse, RequestPolicyFactory, WebResource } from "@azure/storage-file-share";
import type { Proof, ProofAnswer, Proofs } from "./proofs.js";

export function provingRequests(proofs: Proofs): RequestPolicyFactory {
  return {
    create: (next) => ({
      async sendRequest(request) {
        const plainUrl = request.url;
        const send = (proof: Proof): Promise<Outcome> => {
          request.url = plainUrl;
          proof.apply(request);
          return outcomeOf(next.sendRequest(request));
        };
        const proof = await unlessAborted(proofs.current(), request);
        const first = await send(proof);
        if (!proofs.isRefused(first.answer) || !canBeSentAgain(request)) return first.result();
        const other = await unlessAborted(proofs.renewed(proof, first.answer), request);
        return (other === undefined ? first : await send(other)).result();
      },
    }),
  };
}

interface Outcome {
  readonly answer: ProofAnswer;
  /** What the next policy has returned, or thrown. */
  result(): HttpOperationResponse;
}

/** Refusals come as errors, since the policy that makes errors of them lies closer to the network. */
async function outcomeOf(work: Promise<HttpOperationResponse>): Promise<Outcome> {
  try {
    const response = await work;
    return { answer: answerOf(response), result: () => response };
  } catch (error) {
    const { response } = (error ?? {}) as { readonly response?: HttpOperationResponse };
    return {
      answer: response === undefined ? { status: 0, code: undefined, challenge: undefined } : answerOf(response),
      result: () => {
        throw error;
      },
    };
  }
}

function answerOf({ status, headers }: HttpOperationResponse): ProofAnswer {
  return { status, code: headers.get("x-ms-error-code"), challenge: headers.get("www-authenticate") };
}

/** A stream has been read to its end by the first try. */
function canBeSentAgain({ body }: WebResource): boolean {
  return !(typeof body === "object" && body !== null && "pipe" in body);
}

// A new proof is got for all who wait for it: nobody's abort ends that, but whoever has aborted waits no longer.
async function unlessAborted<T>(work: Promise<T>, { abortSignal }: WebResource): Promise<T> {
  if (abortSignal === undefined) return work;
  // Whoever waits no longer must not make an unhandled rejection of it.
  work.catch(() => {});
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      reject(Object.assign(new Error("The operation was aborted."), { name: "AbortError" }));
    };
  });
  if (abortSignal.aborted) abort();
  abortSignal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    abortSignal.removeEventListener("abort", abort);
  }
}
