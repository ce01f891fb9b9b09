using System.Text.Json;
using Orch.Cel;
using Orch.Cel.Json;

namespace Orch.ApiServer.Security.Authorization.Webhooks;

/// <summary>When a webhook is asked at all: expressions over the review that it would get.</summary>
internal sealed class AccessConditions
{
    private static readonly CelType Selector = CelObjectType.Of("kubernetes.SelectorAttributes",
    [
        new("rawSelector", CelType.String),
        new("requirements", CelType.List(CelObjectType.Of("kubernetes.SelectorRequirement",
            [new("key", CelType.String), new("operator", CelType.String), new("values", CelType.List(CelType.String))]))),
    ]);

    private static readonly CelObjectType RequestType = CelObjectType.Of("kubernetes.SubjectAccessReviewSpec",
    [
        new("user", CelType.String), new("uid", CelType.String), new("groups", CelType.List(CelType.String)),
        new("extra", CelType.Map(CelType.String, CelType.List(CelType.String))),
        new("resourceAttributes", CelObjectType.Of("kubernetes.ResourceAttributes",
        [
            new("namespace", CelType.String), new("verb", CelType.String), new("group", CelType.String), new("version", CelType.String),
            new("resource", CelType.String), new("subresource", CelType.String), new("name", CelType.String),
            new("fieldSelector", Selector), new("labelSelector", Selector),
        ])),
        new("nonResourceAttributes", CelObjectType.Of("kubernetes.NonResourceAttributes", [new("path", CelType.String), new("verb", CelType.String)])),
    ]);

    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(static builder => builder.AddVariable("request", RequestType));
    private readonly CelProgram[] _programs;

    private AccessConditions(CelProgram[] programs) => _programs = programs;

    /// <summary>Compiles expressions.</summary>
    /// <exception cref="FormatException">One does not compile.</exception>
    public static AccessConditions Of(IEnumerable<string> expressions) => new([.. expressions.Select(static text =>
    {
        var compilation = Environment.Compile(text, CelType.Bool);
        return compilation.IsValid ? compilation.ToProgram() : throw new FormatException("compilation failed: " + compilation.ErrorText());
    })]);

    /// <summary>Whether all are met; null when none fails to be met and one cannot be told.</summary>
    /// <param name="spec">The review's spec, as JSON; what is empty stands there as the empty value.</param>
    public bool? Match(ReadOnlyMemory<byte> spec)
    {
        if (_programs.Length == 0) { return true; }
        using var document = JsonDocument.Parse(spec);
        var request = CelJsonElement.Reader.ToValue(document.RootElement, RequestType);
        var isKnown = true;
        foreach (var program in _programs)
        {
            var result = program.Evaluate(new CelBindings(Environment).Set("request", request));
            if (result.Error is not null) { isKnown = false; continue; }
            if (!result.Value.IsTrue) { return false; }
        }

        return isKnown ? true : null;
    }
}
