namespace Orch.Client;

/// <summary>The meter that this package measures with.</summary>
public static class ClientMeters
{
    /// <summary>Work queues, informers, reconciles and requests.</summary>
    public const string Name = "Orch.Client";
}
