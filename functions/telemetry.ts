import { app } from '@azure/functions';
import { telemetry } from '../shared/azure/app.ts';

// What has been counted and not sent would go with the process.
app.hook.appTerminate(() => telemetry?.close());
