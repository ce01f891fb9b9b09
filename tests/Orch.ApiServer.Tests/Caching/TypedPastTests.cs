using System.Text;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Kinds;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Tests.Caching;

public sealed class TypedPastTests
{
    private const string Prefix = "/registry/core/configmaps/";
    private const int Kept = 8;
    private readonly FakeTimeProvider _time = new();
    private readonly CacheLimits _limits = new() { MaxTypedPast = Kept };
    private readonly ResourceCache _cache;
    private readonly List<CachedObject> _written = [];

    public TypedPastTests() => _cache = new ResourceCache(Prefix, BuiltInResources.All().First(static item => item.ObjectType == typeof(V1ConfigMap)), _limits, _time);

    [Fact]
    public void Past_OfManyEvents_IsTypedForTheNewestOnly()
    {
        for (var index = 0; index < Kept + 4; index++) { Write(); }
        // The present is typed, and what ended with one of the last events; the rest is bytes.
        Assert.Equal([false, false, false, .. Enumerable.Repeat(true, Kept + 1)], _written.Select(static item => item.DecodedValue is not null));
        Assert.All(_written, static item => Assert.Equal("c", item.Value.Metadata.Name));
    }

    [Fact]
    public void Past_OfFewEvents_IsTypedForItsTime()
    {
        Write();
        Write();
        _time.Advance(_limits.TypedPast);
        _cache.Trim();
        Assert.NotNull(_written[0].DecodedValue);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _cache.Trim();
        Assert.Null(_written[0].DecodedValue);
        Assert.NotNull(_written[1].DecodedValue);
    }

    private void Write()
    {
        var revision = new Revision(_written.Count + 1);
        var json = Encoding.UTF8.GetBytes("""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c","namespace":"n"}}""");
        _cache.Stage(new StoreEvent($"{Prefix}n/c", new StoreEntry($"{Prefix}n/c", json, revision, revision, 1), revision, null));
        _cache.Publish();
        _written.Add(_cache.Snapshot.Objects.Find($"{Prefix}n/c")!);
        Assert.NotNull(_written[^1].Value);
    }
}
