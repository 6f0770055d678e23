import { hash } from 'node:crypto';

type Digest = typeof crypto.subtle.digest;

/**
 * Web Crypto hashes on another thread, and when that is done no seed decides. Until the answer is called, it hashes at once.
 */
export function hashAtOnce(): () => void {
  const digest: Digest = (algorithm, data) => {
    if (algorithm !== 'SHA-256') throw new TypeError('only what the pipeline asks for');
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : data;
    return Promise.resolve(Uint8Array.from(hash('sha256', new Uint8Array(bytes), 'buffer')).buffer);
  };
  Object.defineProperty(crypto.subtle, 'digest', { value: digest, configurable: true });
  return () => {
    Reflect.deleteProperty(crypto.subtle, 'digest');
  };
}
