using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using k8s.Models;
using Orch.Client.Informers;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Client.Tests.Informers;

public sealed class InformerMetricsTests
{
    [Fact]
    public async Task ListsChangesAndFailures_AreCounted()
    {
        var sums = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ClientMeters.Name && instrument.Name.StartsWith("informer_", StringComparison.Ordinal)) { listener.EnableMeasurementEvents(instrument); }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Length == 1 && (string?)tags[0].Value == nameof(V1Pod)) { sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value); }
        });
        listener.Start();
        var driver = new FakeTimeDriver();
        var cluster = new FakeCluster(driver.Time).FailNext(1, "list");
        await using var factory = new InformerFactory(cluster, driver.Time);
        var pods = factory.Informer<V1Pod>();
        factory.Start();
        await driver.RunUntilAsync(() => pods.HasSynced, "the list");
        cluster.Add(Pod("a"), Pod("b"));
        await driver.RunUntilAsync(() => sums.GetValueOrDefault("informer_changes_total") == 2, "two changes");
        Assert.Equal((1, 1), (sums["informer_lists_total"], sums["informer_failures_total"]));
    }
}
