import type { Resource } from './synthesize.ts';

/**
 * A template as a person reviews it: a line a resource and a line a property, statements of policies a line each,
 * intrinsic functions as `${…}`, hashes and asset keys left out.
 */
export function golden(resources: Readonly<Record<string, Resource>>): string {
  const lines: string[] = [];
  for (const [id, resource] of Object.entries(resources)) {
    const kept = resource.DeletionPolicy === undefined ? '' : ` (on deletion: ${resource.DeletionPolicy})`;
    lines.push('', `${withoutHash(id)}: ${resource.Type}${kept}`);
    for (const [name, value] of Object.entries(readable(resource.Properties) as object)) {
      const statements: unknown[] | undefined = value?.Statement;
      if (statements === undefined) lines.push(`  ${name}: ${JSON.stringify(value)}`);
      else lines.push(`  ${name}:`, ...statements.map(statement => `    - ${JSON.stringify(statement)}`));
    }
  }
  return `${lines.slice(1).join('\n')}\n`;
}

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && key === 'Ref') return `\${${withoutHash(String(inner))}}`;
  if (others.length === 0 && key === 'Fn::GetAtt') return `\${${inner.map(String).map(withoutHash).join('.')}}`;
  if (others.length === 0 && key === 'Fn::Join') return inner[1].map(readable).join(inner[0]);
  if (others.length === 0 && key === 'Fn::Sub') return inner;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, name === 'S3Key' ? '<asset>' : readable(part)]),
  );
}

/** CDK ends a logical id with eight hexadecimal digits of a hash. */
function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
