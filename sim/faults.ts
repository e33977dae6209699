/** One way to break the protocol. */
export interface PlantedFault {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** A piece of a source that must be there exactly once, and what takes its place. */
export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The faults that people make who write pagers. The simulator must find each. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'forgets before sending',
    edits: [
      {
        file: 'functions/deliver.ts',
        find: '  const receipt = await channel.send(',
        replace:
          "  await Promise.all(held.map(ready => remember(ports, shelf, ready, id, { accepted: true, text: '' })));\n" +
          '  const receipt = await channel.send(',
      },
    ],
  },
  {
    name: 'takes a refusal for accepted',
    edits: [
      {
        file: 'functions/deliver.ts',
        find: '    if (receipt.accepted) return accepted(state, key, id, receipt.text, now);',
        replace: "    if (now > 0) return accepted(state, key, id, 'sent', now);",
      },
    ],
  },
  {
    name: 'sends what is not stored',
    edits: [
      {
        file: 'functions/judge.ts',
        find: 'if (saved !== undefined) return { state: saved, decisions: outcome.decisions };',
        replace: 'return { state: saved ?? outcome.state, decisions: outcome.decisions };',
      },
    ],
  },
  {
    name: 'checks no version',
    edits: [
      {
        file: 'sim/store.ts',
        find: '      if (!isAt(shard, state)) return undefined;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'ignores claims',
    edits: [
      {
        file: 'core/outbox.ts',
        find: 'if (entry.claim !== undefined && entry.claim.by !== me && entry.claim.untilAt > now)',
        replace: 'if (me === "nobody" && entry.claim !== undefined)',
      },
      {
        file: 'functions/deliver.ts',
        find: 'const taken = entry?.claim !== undefined && entry.claim.by !== runner && entry.claim.untilAt > now;',
        replace: 'const taken = false;',
      },
    ],
  },
  {
    name: 'sends without storing a claim',
    edits: [
      {
        file: 'functions/deliver.ts',
        find: 'return entry === undefined || taken ? known : claimed(known, [entry.key], claim, now);',
        replace: 'return taken || claim.by === "" ? claimed(known, [], claim, now) : known;',
      },
      {
        file: 'functions/deliver.ts',
        find: 'return entry?.claim?.by === runner ? [{ ...ready, entry }] : [];',
        replace: 'return entry === undefined ? [] : [{ ...ready, entry }];',
      },
    ],
  },
  {
    name: 'claims for ever',
    edits: [
      {
        file: 'core/outbox.ts',
        find: 'if (entry.claim !== undefined && entry.claim.by !== me && entry.claim.untilAt > now)',
        replace: 'if (entry.claim !== undefined && entry.claim.by !== me)',
      },
    ],
  },
  {
    name: 'lets later messages overtake',
    edits: [
      {
        file: 'core/outbox.ts',
        find: 'const behind = ahead.has(delivery.channel);',
        replace: 'const behind = ahead.has("nobody");',
      },
    ],
  },
  {
    name: 'decides only in the run that crossed the threshold',
    edits: [
      {
        file: 'functions/run-checks.ts',
        find: '  const runs = [...recent.filter(known => known.slotAt < run.slotAt), run]',
        replace: '  const runs = [run]',
      },
    ],
  },
  {
    name: 'resets streaks when the configuration changes',
    edits: [
      {
        file: 'core/streak.ts',
        find: '  const recent = (before.recent + letter).slice(-REMEMBERED_VERDICTS);',
        replace:
          '  const changed = thresholds.failureThreshold !== 1 && trailing(before.recent, "d") >= thresholds.failureThreshold - 1;\n' +
          '  const recent = (changed && before.status !== "down" ? letter : before.recent + letter).slice(-REMEMBERED_VERDICTS);',
      },
    ],
  },
  {
    name: 'counts a slot twice',
    edits: [
      {
        file: 'core/streak.ts',
        find: '  if (slotAt <= before.lastSlotAt) return before;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'judges what was overtaken',
    edits: [
      {
        file: 'core/run.ts',
        find: 'return measuredIn(run).filter(result => !overtaken.has(result.monitor));',
        replace: 'return measuredIn(run).filter(result => !overtaken.has(`${result.monitor}?`));',
      },
    ],
  },
  {
    name: 'a new key for every repeat',
    edits: [
      {
        file: 'functions/deliver.ts',
        find: "  const entries: Outgoing['entries'] = [first.entry, ...rest.map(({ entry }) => entry)];",
        replace:
          '  const again = { ...first.entry, key: `${first.entry.key}.${ports.clock()}` };\n' +
          "  const entries: Outgoing['entries'] = [again, ...rest.map(({ entry }) => entry)];",
      },
    ],
  },
  {
    name: 'names an incident by the clock',
    edits: [
      {
        file: 'core/step.ts',
        find: 'openIncident(input.service, alerts, input.slotAt, input.now)',
        replace: 'openIncident(input.service, alerts, input.now, input.now)',
      },
    ],
  },
  {
    name: 'forgets what it owes when the incident ends',
    edits: [
      {
        file: 'core/step.ts',
        find: 'return { state: { ...rest, closed: [...state.closed, closed] },',
        replace:
          'return { state: { ...rest, outbox: rest.outbox.filter(entry => entry.incident !== closed.id), closed: [...state.closed, closed] },',
      },
    ],
  },
  {
    name: 'forgets the incident when it ends',
    edits: [
      {
        file: 'core/step.ts',
        find: 'return { state: { ...rest, closed: [...state.closed, closed] },',
        replace: 'return { state: rest,',
      },
    ],
  },
  {
    name: 'records after forgetting',
    edits: [
      {
        file: 'functions/deliver.ts',
        find: '    const done = await shelf.attempt(() => store.saveIncident(incident));\n    if (done) await shelf.change(state.service, current => recorded(current, incident.id));',
        replace:
          '    await shelf.change(state.service, current => recorded(current, incident.id));\n    await shelf.attempt(() => store.saveIncident(incident));',
      },
    ],
  },
  {
    name: 'loses the rest after one refusal',
    edits: [
      {
        file: 'core/outbox.ts',
        find: '  return { ...trail, outbox: trail.outbox.map(known => (known.key === key ? { ...known, to } : known)) };',
        replace:
          '  return { ...trail, outbox: trail.outbox.filter(known => known.key === key).map(known => ({ ...known, to })) };',
      },
    ],
  },
  {
    name: 'ignores Retry-After',
    edits: [
      {
        file: 'core/outbox.ts',
        find: 'return delivery.notBeforeAt !== undefined && delivery.notBeforeAt > now ?',
        replace: 'return delivery.notBeforeAt === -1 ?',
      },
      {
        file: 'core/outbox.ts',
        find: '!delivery.permanent && (delivery.notBeforeAt ?? 0) > now',
        replace: '!delivery.permanent && (delivery.notBeforeAt ?? 0) < 0',
      },
    ],
  },
  {
    name: 'forgets Retry-After',
    edits: [
      {
        file: 'core/outbox.ts',
        find: '...(waitMs > 0 && { notBeforeAt: now + waitMs }),',
        replace: '',
      },
    ],
  },
  {
    name: 'one channel accepts for all',
    edits: [
      {
        file: 'core/outbox.ts',
        find: '  const to = entry.to.filter(delivery => delivery.channel !== channel);',
        replace: '  const to = entry.to.filter(delivery => delivery.channel === "nobody");',
      },
    ],
  },
  {
    name: 'reminds who has acknowledged',
    edits: [
      {
        file: 'core/tend.ts',
        find: '  if (incident.acknowledged !== undefined) return tellAcknowledged(next, incident, current);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'ignores silences',
    edits: [
      {
        file: 'core/policy.ts',
        find: 'if (silence !== undefined)',
        replace: 'if (silence !== undefined && now < 0)',
      },
    ],
  },
  {
    name: 'forgets what was withheld',
    edits: [
      {
        file: 'core/tend.ts',
        find: '  if (withheld !== undefined) return withhold(state, incident, withheld, now);\n  const route',
        replace:
          '  const late = incident.withheld === undefined ? withheld : (withheld ?? "too late");\n' +
          '  if (late !== undefined) return withhold(state, incident, late, now);\n  const route',
      },
    ],
  },
];
