return await Orch.Host.Cli.OrchCommand.RunAsync(args);
