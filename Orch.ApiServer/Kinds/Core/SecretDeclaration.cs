using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 Secret.</summary>
internal sealed class SecretDeclaration() : ResourceDeclaration<V1Secret>("secrets", ResourceScope.Namespaced)
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly FieldPath Data = FieldPath.Of("data");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Type", "string", static secret => secret.Type, description: "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types"),
        Column("Data", "string", static secret => secret.Data?.Count ?? 0, description: "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4"),
        PrinterColumns.Age,
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["type"] = static item => ((V1Secret)item).Type ?? string.Empty,
    };

    protected override void Default(V1Secret value)
    {
        if (string.IsNullOrEmpty(value.Type)) { value.Type = "Opaque"; }
        if (value.StringData is null) { return; }
        if (value.StringData.Count > 0)
        {
            value.Data ??= new Dictionary<string, byte[]>();
            foreach (var (key, text) in value.StringData) { value.Data[key] = Encoding.UTF8.GetBytes(text ?? string.Empty); }
        }

        value.StringData = null;
    }

    protected override void PrepareForUpdate(V1Secret value, V1Secret old)
    {
        // A writer that leaves the type out keeps it.
        if (string.IsNullOrEmpty(value.Type)) { value.Type = old.Type; }
    }

    protected override void Validate(V1Secret value, FieldErrors errors)
    {
        var size = 0L;
        if (value.Data is not null)
        {
            foreach (var (key, bytes) in value.Data)
            {
                TextRules.ConfigKey(key, Data.Key(key), errors);
                size += bytes?.Length ?? 0;
            }
        }

        if (size > MaxBytes) { errors.TooLong(Data, MaxBytes); }
        RequiredKeys(value, errors);
    }

    protected override void ValidateUpdate(V1Secret value, V1Secret old, FieldErrors errors)
    {
        ImmutableRule.Check(value.Type, old.Type, FieldPath.Of("type"), errors);
        if (old.Immutable == true)
        {
            if (value.Immutable != true) { errors.Forbidden(FieldPath.Of("immutable"), "field is immutable when `immutable` is set"); }
            if (!ContentEquality.Same(value.Data, old.Data)) { errors.Forbidden(Data, "field is immutable when `immutable` is set"); }
        }

        Validate(value, errors);
    }

    protected override IEnumerable<string> WarningsFor(V1Secret value, V1Secret? old)
        => value.Type == "kubernetes.io/tls" && TlsPair.FaultOf(Bytes(value, "tls.crt"), Bytes(value, "tls.key")) is { } fault ? [fault] : [];

    private static byte[]? Bytes(V1Secret value, string key) => value.Data?.TryGetValue(key, out var bytes) == true ? bytes : null;

    private static void RequiredKeys(V1Secret value, FieldErrors errors)
    {
        switch (value.Type)
        {
            case "kubernetes.io/service-account-token":
                if (value.Metadata?.Annotations is not { } annotations || !annotations.TryGetValue("kubernetes.io/service-account.name", out var name) || string.IsNullOrEmpty(name))
                {
                    errors.Required(FieldPath.Of("metadata").Child("annotations").Key("kubernetes.io/service-account.name"));
                }

                break;
            case "kubernetes.io/dockercfg":
                Json(value, ".dockercfg", errors);
                break;
            case "kubernetes.io/dockerconfigjson":
                Json(value, ".dockerconfigjson", errors);
                break;
            case "kubernetes.io/basic-auth":
                if (!Has(value, "username") && !Has(value, "password"))
                {
                    errors.Required(Data.Key("username"));
                    errors.Required(Data.Key("password"));
                }

                break;
            case "kubernetes.io/ssh-auth":
                if (value.Data is null || !value.Data.TryGetValue("ssh-privatekey", out var key) || key is not { Length: > 0 }) { errors.Required(Data.Key("ssh-privatekey")); }
                break;
            case "kubernetes.io/tls":
                if (!Has(value, "tls.crt")) { errors.Required(Data.Key("tls.crt")); }
                if (!Has(value, "tls.key")) { errors.Required(Data.Key("tls.key")); }
                break;
        }
    }

    private static bool Has(V1Secret value, string key) => value.Data?.ContainsKey(key) == true;

    private static void Json(V1Secret value, string key, FieldErrors errors)
    {
        if (value.Data is null || !value.Data.TryGetValue(key, out var bytes))
        {
            errors.Required(Data.Key(key));
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            // The content is secret, so it is not shown.
            errors.Invalid(Data.Key(key), "<secret contents redacted>", GoSyntax.FaultOf(bytes) ?? "exceeded max depth");
        }
    }
}
