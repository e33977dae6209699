import type { Catalog } from '../core/catalog.ts';
import { referencesIn } from '../core/config/references.ts';
import type { SecretSource } from './run-secrets.ts';

/** The secret that signs the webhooks of a channel; undefined when the channel takes none in or it cannot be read. */
export async function hookSecret(
  secrets: SecretSource,
  { hooks }: Catalog,
  channel: string,
): Promise<string | undefined> {
  const [reference] = referencesIn(hooks.find(hook => hook.channel === channel)?.secret ?? '');
  if (reference === undefined) return undefined;
  try {
    return await secrets.resolve(reference.kind, reference.name);
  } catch {
    return undefined;
  }
}
