/** What TLS says of a server whose certificate it does not take: no waiting helps, so it is told at the start. */
const codes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Null for any other fault. */
export function certificateFault(error: unknown): string | null {
  const { code = '', message = code } = (error ?? {}) as { code?: string; message?: string };
  return codes.has(code) ? `its certificate is not trusted (${message})` : null;
}
