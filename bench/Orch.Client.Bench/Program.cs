using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orch.Client.Bench;

// In process, so that the run needs no second build: dotnet run -c Release --project bench/Orch.Client.Bench
BenchmarkSwitcher.FromTypes([typeof(ObjectBenchmarks), typeof(MachineryBenchmarks)])
    .Run(args.Length > 0 ? args : ["--filter", "*"], DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
