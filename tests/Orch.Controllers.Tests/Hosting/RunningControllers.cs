using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Fakes;
using Orch.Testing.Time;

namespace Orch.Controllers.Tests.Hosting;

/// <summary>Controllers of choice, running against a fake cluster on a fake clock.</summary>
public sealed class RunningControllers : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _isDisposed;

    private RunningControllers(FakeTimeDriver driver, FakeCluster cluster, ServiceProvider services)
    {
        Driver = driver;
        Cluster = cluster;
        _services = services;
    }

    public FakeTimeDriver Driver { get; }

    public FakeCluster Cluster { get; }

    public static Task<RunningControllers> StartAsync(params string[] names) => StartAsync(static _ => { }, names);

    public static Task<RunningControllers> StartAsync(Action<ControllersOptions> configure, params string[] names)
    {
        var driver = new FakeTimeDriver();
        return StartAsync(driver, new FakeCluster(driver.Time), configure, names);
    }

    public static async Task<RunningControllers> StartAsync(FakeTimeDriver driver, FakeCluster cluster, Action<ControllersOptions> configure, params string[] names)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(driver.Time);
        services.AddSingleton<IClusterClientFactory>(cluster);
        services.AddOrchControllers(options =>
        {
            options.Controllers.Clear();
            foreach (var name in names) { options.Controllers.Add(name); }
            // A periodic timer would let fake time leap ahead of work that is still under way.
            options.ResyncPeriod = null;
            configure(options);
        });
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        foreach (var service in provider.GetServices<IHostedService>()) { await service.StartAsync(default).WaitAsync(TimeSpan.FromSeconds(60)); }
        return new RunningControllers(driver, cluster, provider);
    }

    public Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Cluster.WaitUntilAsync(condition, what);

    public IReadOnlyList<string> Events(string name)
        => [.. Cluster.List<Corev1Event>().Where(entry => entry.InvolvedObject.Name == name).Select(entry => $"{entry.Type} {entry.Reason} {entry.Message}")];

    public IReadOnlyList<T> All<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => Cluster.List<T>();

    public void MakeReady(Func<V1Pod, bool>? which = null)
    {
        foreach (var pod in Cluster.List<V1Pod>().Where(pod => which?.Invoke(pod) ?? true))
        {
            if (pod.Status?.Conditions?.Any(condition => condition.Type == "Ready" && condition.Status == "True") == true) { continue; }
            Cluster.Change<V1Pod>(pod.Key(), copy =>
            {
                copy.Status.Phase = "Running";
                copy.Status.Conditions = [new V1PodCondition { Type = "Ready", Status = "True", LastTransitionTime = Driver.Now.UtcDateTime }];
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) { return; }
        _isDisposed = true;
        foreach (var service in _services.GetServices<IHostedService>()) { await service.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(60)); }
        await _services.DisposeAsync();
    }
}
