namespace Orch.Networking.Proxy;

/// <summary>How services are routed on a node.</summary>
public sealed class ProxyOptions
{
    /// <summary>Names the table, so that two clusters can share a machine. Default <c>orch</c>.</summary>
    public string Name { get; set; } = "orch";

    /// <summary>This node, for services that keep traffic local; default the machine's host name in lower case.</summary>
    public string NodeName { get; set; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>The least time between two changes of the rules, so that a burst becomes one. Default 20 ms.</summary>
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Leaves the rules in place at the end. Default false.</summary>
    public bool KeepOnShutdown { get; set; }
}
