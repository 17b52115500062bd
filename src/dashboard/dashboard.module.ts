import { Module } from '@nestjs/common';
import { DashboardController } from './dashboard.controller.js';

/** Serves the web client, which speaks only the public API. */
@Module({ controllers: [DashboardController] })
export class DashboardModule {}
