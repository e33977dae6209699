export { snsChannel, toPublish } from './channels/sns.ts';
