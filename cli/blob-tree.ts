/** A container of blobs, seen as folders. */
export interface BlobTree {
  /** The folders directly in a folder; each ends with `/`, as `folder` does, unless it is ''. */
  folders(folder: string): Promise<string[]>;
  /** All blobs below a folder, in the order of their names. */
  blobs(folder: string): AsyncIterable<{ readonly name: string; readonly size: number }>;
}
