using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>apps/v1 ControllerRevision.</summary>
internal sealed class ControllerRevisionDeclaration() : ResourceDeclaration<V1ControllerRevision>("controllerrevisions", ResourceScope.Namespaced)
{
    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Controller", "string", Controller, description: "Controller of the object"),
        Column("Revision", "string", static item => item.Revision ?? 0, description: "Revision indicates the revision of the state represented by Data."),
        PrinterColumns.Age,
    ];

    protected override void Validate(V1ControllerRevision value, FieldErrors errors)
    {
        Revision(value, errors);
        if (Content(value.Data) is not { } data) { errors.Required(FieldPath.Of("data"), "data is mandatory"); }
        else if (data.ValueKind != JsonValueKind.Object) { errors.Required(FieldPath.Of("data"), "data must be a valid JSON object"); }
    }

    protected override void ValidateUpdate(V1ControllerRevision value, V1ControllerRevision old, FieldErrors errors)
    {
        Revision(value, errors);
        ImmutableRule.Check(value.Data, old.Data, FieldPath.Of("data"), errors);
    }

    private static void Revision(V1ControllerRevision value, FieldErrors errors)
    {
        if (value.Revision < 0) { errors.Invalid(FieldPath.Of("revision"), value.Revision, NumberRules.NotNegativeText); }
    }

    private static JsonElement? Content(object? data) => data switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(data),
    };

    private static string Controller(V1ControllerRevision item)
    {
        if (item.ControllerOwner() is not { } owner) { return Printing.None; }
        var slash = owner.ApiVersion.IndexOf('/', StringComparison.Ordinal);
#pragma warning disable CA1308 // resources are shown in lower case
        var kind = owner.Kind.ToLowerInvariant();
#pragma warning restore CA1308
        return slash < 0 ? $"{kind}/{owner.Name}" : $"{kind}.{owner.ApiVersion[..slash]}/{owner.Name}";
    }
}
