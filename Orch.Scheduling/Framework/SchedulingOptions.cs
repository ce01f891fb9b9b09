namespace Orch.Scheduling.Framework;

/// <summary>How the scheduler works.</summary>
public sealed class SchedulingOptions
{
    /// <summary>One scheduling policy each; a pod takes the one that its <c>spec.schedulerName</c> names. Empty (the default) means one default profile.</summary>
    public IList<SchedulerProfileOptions> Profiles { get; } = [];

    /// <summary>Of all nodes, how many to find that fit before scoring, in percent; 0 (the default) takes 50 on small clusters down to 5 on large ones, at least 100 nodes.</summary>
    public int PercentageOfNodesToScore { get; set; }

    /// <summary>How long a pod waits after its first failure; doubles with each. Default 1 s.</summary>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest back-off. Default 10 s; not less than <see cref="InitialBackoff"/>.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bindings on their way to the API server at once. Default 64.</summary>
    public int MaxConcurrentBindings { get; set; } = 64;

    /// <summary>Seeds the choice between equally good nodes; null (the default) takes a random seed.</summary>
    public int? RandomSeed { get; set; }

    /// <summary>How NodeResourcesFit scores. Default <see cref="ResourceScoring.LeastAllocated"/>.</summary>
    public ResourceScoring ResourceScoring { get; set; }
}

/// <summary>What the resource score prefers.</summary>
public enum ResourceScoring
{
    /// <summary>Nodes with much left: spreads.</summary>
    LeastAllocated,

    /// <summary>Nodes with little left: packs.</summary>
    MostAllocated,
}
