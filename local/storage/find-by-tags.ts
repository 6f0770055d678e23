import { createRequire } from 'node:module';

/** The parts of Azurite that are needed here; it publishes no types. */
interface StoredBlob {
  readonly name: string;
  readonly containerName: string;
  readonly snapshot?: string;
  readonly blobTags?: object;
}

interface FoundBlob {
  readonly name: string;
  readonly containerName: string;
  readonly tags: object | undefined;
}

interface Store {
  readonly db: { getCollection(name: string): { find(query: object): StoredBlob[] } };
  readonly BLOBS_COLLECTION: string;
  checkContainerExist(context: unknown, account: string, container: string): Promise<void>;
  filterBlobs: FilterBlobs;
}

type FilterBlobs = (
  this: Store,
  context: unknown,
  account: string | undefined,
  container: string | undefined,
  where: string,
  maxResults?: number,
  marker?: string,
) => Promise<[FoundBlob[], string]>;

/** Answers the tags that the condition asks for; none where it is not met. */
type Condition = (blob: FoundBlob) => object[];

const AZURITE = 'azurite/dist/src/blob/';
const PAGE = 5_000;

/**
 * Azurite 3.37.0 looks for tags in the first 5,000 blobs of an account, in the order of their names, and says that there is nothing
 * more. Azure looks in all of them, and so does Azurite after this.
 */
export function findInAllBlobs(): void {
  const load = createRequire(import.meta.url);
  const { default: LokiStore } = load(`${AZURITE}persistence/LokiBlobMetadataStore.js`) as {
    readonly default: { readonly prototype: Store };
  };
  const { generateQueryBlobWithTagsWhereFunction: conditionOf } = load(
    `${AZURITE}persistence/QueryInterpreter/QueryInterpreter.js`,
  ) as { readonly generateQueryBlobWithTagsWhereFunction: (context: unknown, where: string) => Condition };
  const { toBlobTags } = load(`${AZURITE}utils/utils.js`) as {
    readonly toBlobTags: (tags: object[]) => object[];
  };

  LokiStore.prototype.filterBlobs = async function filterBlobs(
    context,
    accountName,
    containerName,
    where,
    maxResults = PAGE,
    marker = '',
  ) {
    if (accountName !== undefined && containerName !== undefined)
      await this.checkContainerExist(context, accountName, containerName);
    const meets = conditionOf(context, where);
    const query = { ...(accountName && { accountName }), ...(containerName && { containerName }) };
    const found = this.db
      .getCollection(this.BLOBS_COLLECTION)
      .find(query)
      .filter((blob) => (blob.snapshot ?? '') === '' && keyOf(blob) > marker)
      .flatMap((blob): FoundBlob[] => {
        const { name, containerName: container, blobTags } = blob;
        const tags = meets({ name, containerName: container, tags: blobTags });
        return tags.length === 0
          ? []
          : [{ name, containerName: container, tags: { blobTagSet: toBlobTags(tags) } }];
      })
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const page = found.slice(0, maxResults);
    const last = page.at(-1);
    return [page, last && page.length < found.length ? keyOf(last) : ''];
  };
}

function keyOf({ containerName, name }: Pick<StoredBlob, 'containerName' | 'name'>): string {
  return `${containerName}/${name}`;
}
