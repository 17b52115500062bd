import { Module } from '@nestjs/common';
import { ClientFiles } from './client-files.js';
import { DashboardController } from './dashboard.controller.js';

/** Serves the web client, which speaks only the public API. */
@Module({ controllers: [DashboardController], providers: [ClientFiles] })
export class DashboardModule {}
