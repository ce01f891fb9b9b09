using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>An expression of a policy, compiled, or why it cannot be.</summary>
/// <param name="Text">As written.</param>
/// <param name="Program">Null when it cannot be compiled.</param>
/// <param name="Fault">In upstream's words, when it cannot.</param>
internal sealed record PolicyExpression(string Text, CelProgram? Program, string? Fault)
{
    /// <summary>What it gives; dyn when it cannot be compiled.</summary>
    public CelType Type { get; private init; } = CelType.Dyn;

    /// <summary>Compiles an expression that must give one of some types; none means any.</summary>
    public static PolicyExpression Compile(CelEnvironment environment, string text, params ReadOnlySpan<CelType> wanted)
    {
        var compilation = environment.Compile(text);
        if (!compilation.IsValid) { return new PolicyExpression(text, null, "compilation failed: " + compilation.ErrorText()); }
        // As upstream, what is only known at evaluation does not do: object.flag has to be written object.flag == true.
        var fits = wanted.Length == 0;
        foreach (var type in wanted) { fits |= type.IsSame(compilation.ResultType); }
        if (fits) { return new PolicyExpression(text, compilation.ToProgram(), null) { Type = compilation.ResultType }; }
        var names = string.Join(' ', wanted.ToArray().Select(NameOf));
        return new PolicyExpression(text, null, $"must evaluate to {(wanted.Length == 1 ? names : $"one of [{names}]")} but got {NameOf(compilation.ResultType)}");
    }

    // Other than messages about expressions, these call null and times by the names of their types.
    private static string NameOf(CelType type) => type.Parameters.Count == 0 ? type.Name : $"{type.Name}({string.Join(", ", type.Parameters.Select(NameOf))})";
}
