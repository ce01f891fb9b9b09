namespace Orch.ApiServer.Schema;

/// <summary>The type of one value.</summary>
internal sealed class ValueSchema
{
    /// <summary>Any JSON.</summary>
    public static ValueSchema Free { get; } = new() { Kind = ValueKind.Free, GoType = "runtime.RawExtension" };

    private readonly Func<ObjectSchema>? _object;
    private ObjectSchema? _resolved;

    public required ValueKind Kind { get; init; }

    /// <summary>As Go's decoder names it in messages: <c>int32</c>, <c>[]v1.Container</c>.</summary>
    public required string GoType { get; init; }

    /// <summary>Of a list or a map's values.</summary>
    public ValueSchema? Element { get; init; }

    /// <summary>The definition that free JSON refers to, such as <c>io.k8s.apimachinery.pkg.runtime.RawExtension</c>; empty for none.</summary>
    public string FreeDefinition { get; init; } = string.Empty;

    /// <summary>Whether the model cannot hold null here though the API takes it as absent.</summary>
    public bool RefusesNull { get; init; }

    /// <summary>Resolves the object's schema on first use, so that recursive types end.</summary>
    public Func<ObjectSchema>? ObjectSource { init => _object = value; }

    /// <summary>Null unless <see cref="Kind"/> is an object.</summary>
    public ObjectSchema? Object => _resolved ??= _object?.Invoke();
}
