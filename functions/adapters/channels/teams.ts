import { teamsBody } from '../../../core/message/teams.ts';
import { chatChannel } from './chat.ts';

/** A Microsoft Teams webhook of Workflows: 202 before the card is looked at, so its size is ours to watch. */
export const teamsChannel = chatChannel('Teams', teamsBody);
