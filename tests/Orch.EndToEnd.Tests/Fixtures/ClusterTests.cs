namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>The tests that share one cluster; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterTests : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
