using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies.TypeChecking;

/// <summary>The type of a custom resource's objects: its schema, and metadata as all objects have it.</summary>
internal sealed class CustomKindType(string name, CelObjectType content, CelType metadata) : CelObjectType(name)
{
    private readonly CelField _metadata = new("metadata", metadata);

    /// <inheritdoc />
    public override bool TryGetField(string name, out CelField field)
    {
        if (name != "metadata") { return content.TryGetField(name, out field); }
        field = _metadata;
        return true;
    }

    /// <inheritdoc />
    public override string ExpressionName(string dataName) => content.ExpressionName(dataName);
}
