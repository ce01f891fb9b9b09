namespace Orch.ApiServer.Schema;

/// <summary>What JSON a value must be.</summary>
internal enum ValueKind
{
    String,
    Int32,
    Int64,
    Boolean,
    Double,

    /// <summary>RFC 3339, whole seconds.</summary>
    Time,

    /// <summary>RFC 3339 with six digits.</summary>
    MicroTime,

    /// <summary>Base64 in a string.</summary>
    Bytes,
    IntOrString,
    Quantity,

    /// <summary>Any JSON; nothing in it is checked.</summary>
    Free,
    List,
    Map,
    Object,
}
