namespace Orch.ApiServer.Apply;

/// <summary>Which scalars stand at a place.</summary>
internal enum ScalarKind
{
    /// <summary>None: there are only maps or lists.</summary>
    None,

    /// <summary>Any: quantities, times, <c>IntOrString</c>, free JSON.</summary>
    Any,
    String,
    Number,
    Boolean,
}
