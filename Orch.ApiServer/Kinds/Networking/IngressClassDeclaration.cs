using System.Buffers;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1 IngressClass.</summary>
internal sealed class IngressClassDeclaration() : ResourceDeclaration<V1IngressClass>("ingressclasses", ResourceScope.Cluster)
{
    private const int MaxController = 250;
    private static readonly SearchValues<char> PathChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%!$&'()*+,;=:");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Controller", "string", static item => item.Spec?.Controller ?? string.Empty, description: "Controller that is responsible for handling this class"),
        Column("Parameters", "string", static item => Parameters(item.Spec?.Parameters), description: "A reference to a resource with additional parameters"),
        PrinterColumns.Age,
    ];

    protected override void Default(V1IngressClass value)
    {
        value.Spec ??= new V1IngressClassSpec();
        if (value.Spec.Parameters is { } parameters) { parameters.Scope ??= "Cluster"; }
    }

    protected override void PrepareForCreate(V1IngressClass value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1IngressClass value, V1IngressClass old) => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1IngressClass value, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        Controller(value.Spec.Controller, path.Child("controller"), errors);
        if (value.Spec.Parameters is { } parameters) { Parameters(parameters, path.Child("parameters"), errors); }
    }

    protected override void ValidateUpdate(V1IngressClass value, V1IngressClass old, FieldErrors errors)
    {
        ImmutableRule.Check(value.Spec.Controller, old.Spec.Controller, FieldPath.Of("spec").Child("controller"), errors);
        Validate(value, errors);
    }

    private static void Controller(string? controller, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(controller))
        {
            errors.Required(path);
            return;
        }

        if (TextRules.ByteLength(controller) > MaxController) { errors.TooLong(path, MaxController); }
        var slash = controller.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == controller.Length - 1)
        {
            errors.Invalid(path, controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }

        NameRules.DnsSubdomain(controller[..slash], false, path, errors);
        if (controller.AsSpan(slash + 1).ContainsAnyExcept(PathChars)) { errors.Invalid(path, controller[(slash + 1)..], "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"); }
    }

    private static void Parameters(V1IngressClassParametersReference parameters, FieldPath path, FieldErrors errors)
    {
        ReferenceRules.Typed(parameters.ApiGroup, parameters.Kind, parameters.Name, path, errors);
        switch (parameters.Scope)
        {
            case null:
                errors.Required(path.Child("scope"));
                break;
            case "Namespace":
                if (parameters.NamespaceProperty is { } name) { NameRules.DnsLabel(name, false, path.Child("namespace"), errors); }
                else { errors.Required(path.Child("namespace"), "`parameters.scope` is set to 'Namespace'"); }
                break;
            case "Cluster":
                if (parameters.NamespaceProperty is not null) { errors.Forbidden(path.Child("namespace"), "`parameters.scope` is set to 'Cluster'"); }
                break;
            default:
                errors.NotSupported(path.Child("scope"), parameters.Scope, "Cluster", "Namespace");
                break;
        }
    }

    private static string Parameters(V1IngressClassParametersReference? parameters)
        => parameters is null ? Printing.None : $"{parameters.Kind}{(parameters.ApiGroup is { } group ? $".{group}" : string.Empty)}/{parameters.Name}";
}
