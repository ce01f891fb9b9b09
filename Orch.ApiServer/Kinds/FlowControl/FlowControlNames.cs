namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>Names that flow control gives a meaning.</summary>
internal static class FlowControlNames
{
    /// <summary>The schema and the level of requests that never wait.</summary>
    public const string Exempt = "exempt";

    /// <summary>The schema and the level of requests that nothing else matches.</summary>
    public const string CatchAll = "catch-all";

    /// <summary>Says whether the server keeps an object's spec as it suggests it.</summary>
    public const string AutoUpdate = "apf.kubernetes.io/autoupdate-spec";

    /// <summary>Stands for everything in lists of what a rule matches.</summary>
    public const string All = "*";
}
