import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from "jose";

/** What a token says of its bearer. `exp` is whole seconds. */
export type Claims = JWTPayload & { role: string; exp: number };

/** Why a token is refused: `code` and `message` make the reason of a join, `message` alone a system message. */
export interface TokenFault {
  code: "MalformedJWT" | "InvalidJWTToken" | "JwtSignatureError" | "JwtSignerError";
  message: string;
  /** How the refusal of a connection words it. */
  onConnect: string;
}

export type Verified = { claims: Claims } | { fault: TokenFault };

const MALFORMED = "The token provided is not a valid JWT";
const MISSING = "Fields `role` and `exp` are required in JWT";
const SIGNATURE = "Failed to validate JWT signature";
const SIGNER = "Failed to generate JWT signer, check your JWT secret or JWKS configuration";

/** Verifies a token signed with the project's secret, and that it has not expired. */
export async function verifyToken(text: string, secret: Uint8Array, now: () => number = Date.now): Promise<Verified> {
  const token = decodePercent(text).replace(/\s/g, "");
  let claims: JWTPayload;
  let algorithm: string | undefined;
  try {
    claims = decodeJwt(token);
    algorithm = decodeProtectedHeader(token).alg;
  } catch {
    return refuse("MalformedJWT", MALFORMED);
  }
  if (!["HS256", "HS384", "HS512"].includes(algorithm ?? "")) return refuse("JwtSignerError", SIGNER);
  try {
    await compactVerify(token, secret);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return refuse("JwtSignatureError", SIGNATURE);
    return refuse("MalformedJWT", MALFORMED);
  }
  return checkClaims(claims, now());
}

function checkClaims(claims: JWTPayload, now: number): Verified {
  const { role, exp } = claims;
  if (typeof role !== "string" || exp === undefined) return refuse("InvalidJWTToken", MISSING);
  if (typeof exp !== "number" || !Number.isFinite(exp)) {
    return refuse("InvalidJWTToken", "Token expiration time is invalid");
  }
  const left = Math.round(exp) - Math.floor(now / 1000);
  if (left > 0) return { claims: { ...claims, role, exp: Math.round(exp) } };
  return refuse("InvalidJWTToken", `Token has expired ${-left} seconds ago`, "Token has expired");
}

function refuse(code: TokenFault["code"], message: string, onConnect = message): Verified {
  return { fault: { code, message, onConnect } };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
