import { buildChannels } from './build-channels.ts';
import { buildMaintenance } from './build-maintenance.ts';
import { buildRotas } from './build-on-call.ts';
import { buildRoutes, type Known } from './build-routes.ts';
import type { Complaint } from './complaint.ts';
import type { Paging } from './paging.ts';
import type { FileFields } from './read-fields.ts';

/** Who is told, where and when, from the fields of the file; to be used only when nobody complains. */
export function buildPaging(fields: FileFields): {
  readonly paging: Paging;
  readonly complaints: readonly Complaint[];
} {
  const known = knownIn(fields);
  const { channels, ...ofChannels } = buildChannels(fields.paging);
  const { routes, ...ofRoutes } = buildRoutes(fields.paging, known);
  const { rotas, ...ofRotas } = buildRotas(fields.paging);
  const { windows, ...ofWindows } = buildMaintenance(fields.paging, known);
  const complaints = [ofChannels, ofRoutes, ofRotas, ofWindows].flatMap(part => part.complaints);
  return { paging: { channels, routes, rotas, maintenance: windows }, complaints };
}

/** Everything that the file names, switched off or not. */
function knownIn({ services, monitors, defaults }: FileFields): Known {
  const alone = monitors.filter(({ service }) => service === undefined);
  return {
    groups: new Set([defaults, ...services, ...monitors].flatMap(({ group }) => group ?? [])),
    services: new Set([...services, ...alone].flatMap(({ id }) => id ?? [])),
    tags: new Set([defaults, ...monitors].flatMap(({ tags }) => tags ?? [])),
  };
}
