import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';

/** Of `localhost`, signed by itself, for a hundred years; in PEM. */
export const CERTIFICATE_FILE = fileURLToPath(new URL('../fixtures/tls/localhost.pem', import.meta.url));
export const KEY_FILE = fileURLToPath(new URL('../fixtures/tls/localhost.key.pem', import.meta.url));

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** From now on this process and those that it starts trust the certificate. */
export function trustedCertificate(): Certificate {
  const [cert, key] = [readFileSync(CERTIFICATE_FILE, 'utf8'), readFileSync(KEY_FILE, 'utf8')];
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), cert]);
  process.env['NODE_EXTRA_CA_CERTS'] = CERTIFICATE_FILE;
  return { cert, key };
}
