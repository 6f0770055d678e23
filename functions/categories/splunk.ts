import { setTimeout as sleep } from 'node:timers/promises';
import { config } from '../../shared/azure/app.ts';
import { onCategory } from '../../shared/on-category.ts';
import { splunkCollector } from '../../shared/splunk/collector.ts';
import { splunkForwarder } from '../../shared/splunk/forwarder.ts';

const { splunk } = config;

/** Forwards records to Splunk's HTTP Event Collector, where SLUICE_SPLUNK_URL is set: docs/detections.md */
if (splunk) onCategory(splunk.categories, splunkForwarder(splunkCollector(splunk, sleep), splunk.index));
