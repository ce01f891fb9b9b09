using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orch.Cel.Bench;

// In process, so that the run needs no second build: dotnet run -c Release --project bench/Orch.Cel.Bench
BenchmarkSwitcher.FromTypes([typeof(PolicyBench)])
    .Run(args.Length > 0 ? args : ["--filter", "*"], DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
