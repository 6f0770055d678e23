import type { link as Link } from 'rhea';
import type { AmqpFault } from './errors.ts';
import type { Hub } from './hubs.ts';

/** The links that are attached to hubs, and what each holds there until it goes. */
export interface LinkRegistry {
  add(link: Link, hub: Hub, release: () => void): void;
  /** For links that are gone, alone or with their session or connection. */
  release(isGone: (link: Link) => boolean): void;
  detach(link: Link, fault: AmqpFault): void;
  detachAll(hub: Hub, fault: AmqpFault): void;
}

export function createLinkRegistry(): LinkRegistry {
  const links = new Map<Link, { hub: Hub; release: () => void }>();

  function release(isGone: (link: Link) => boolean): void {
    for (const [link, held] of links) {
      if (!isGone(link)) continue;
      links.delete(link);
      held.release();
    }
  }

  function detach(link: Link, fault: AmqpFault): void {
    release((other) => other === link);
    link.close(fault.toAmqp());
  }

  function detachAll(hub: Hub, fault: AmqpFault): void {
    for (const [link, held] of links) if (held.hub === hub) detach(link, fault);
  }

  return {
    add: (link, hub, releaseLink) => links.set(link, { hub, release: releaseLink }),
    release,
    detach,
    detachAll,
  };
}
