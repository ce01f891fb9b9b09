using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.Cel;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>One entry of <c>x-kubernetes-validations</c>, compiled.</summary>
internal sealed class CompiledRule
{
    private static readonly CelCostEstimate None = new(0, 0);

    private CompiledRule(JsonMap source, JsonMap schema)
    {
        Text = SchemaCompiler.Text(source, "rule").Trim();
        Message = SchemaCompiler.Text(source, "message").Trim();
        Reason = SchemaCompiler.Text(source, "reason");
        MessageExpression = SchemaCompiler.Text(source, "messageExpression");
        FieldPath = SchemaCompiler.Text(source, "fieldPath") is { Length: > 0 } path && SchemaRoute.Find(path, schema, out _) is { } route ? route.Path : string.Empty;
        IsOptionalOldSelf = SchemaCompiler.Flag(source, "optionalOldSelf");
    }

    public string Text { get; }

    /// <summary>Empty for none.</summary>
    public string Message { get; }

    /// <summary>Such as <c>FieldValueForbidden</c>; empty for an invalid value.</summary>
    public string Reason { get; }

    /// <summary>As it was written; empty for none.</summary>
    public string MessageExpression { get; }

    /// <summary>Where the fault is told below the place; empty for the place itself.</summary>
    public string FieldPath { get; }

    /// <summary>Without an old value the rule is asked all the same, and sees none.</summary>
    public bool IsOptionalOldSelf { get; }

    /// <summary>Whether the rule compares with the old value.</summary>
    public bool IsTransition { get; private init; }

    /// <summary>What is wrong with the rule; null when nothing is.</summary>
    public string? Fault { get; private init; }

    /// <summary>What is wrong with the expression of the message; null when nothing is.</summary>
    public string? MessageFault { get; private init; }

    /// <summary>What one evaluation can cost.</summary>
    public ulong MaxCost { get; private init; }

    /// <summary>What the message's expression can cost.</summary>
    public ulong MessageMaxCost { get; private init; }

    /// <summary>Null where it could not be compiled.</summary>
    public CelProgram? Program { get; private init; }

    /// <summary>Null for a fixed message.</summary>
    public CelProgram? MessageProgram { get; private init; }

    /// <summary>The variables that the rule knows.</summary>
    public required CelEnvironment Environment { get; init; }

    /// <summary>The text that stands for the rule in messages.</summary>
    public string Shown => Message.Length > 0 ? Message : Text;

    /// <summary>The message where none is computed.</summary>
    public string MessageOrDefault => Message.Length > 0 ? Message : $"failed rule: {Text}";

    /// <summary>Compiles a rule over values of a type.</summary>
    /// <param name="schema">Of the place.</param>
    public static CompiledRule Compile(JsonMap source, JsonMap schema, CelType type)
    {
        var isOptional = SchemaCompiler.Flag(source, "optionalOldSelf");
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("self", type).AddVariable("oldSelf", isOptional ? CelType.Optional(type) : type));
        var rule = environment.Compile(SchemaCompiler.Text(source, "rule"));
        var isYesOrNo = rule.IsValid && CelType.Bool.IsSame(rule.ResultType);
        var expression = SchemaCompiler.Text(source, "messageExpression");
        var message = expression.Trim().Length == 0 ? null : environment.Compile(expression);
        var isText = message is { IsValid: true } && CelType.String.IsSame(message.ResultType);
        return new CompiledRule(source, schema)
        {
            Environment = environment,
            Fault = isYesOrNo ? null : rule.IsValid ? "cel expression must evaluate to a bool" : $"compilation failed: {rule.ErrorText()}",
            MessageFault = message is null || isText ? null : message.IsValid ? "messageExpression must evaluate to a string" : $"messageExpression compilation failed: {message.ErrorText()}",
            IsTransition = rule.IsValid && rule.UsesVariable("oldSelf"),
            MaxCost = (rule.IsValid ? rule.EstimateCost() : None).Max,
            MessageMaxCost = (message is { IsValid: true } ? message.EstimateCost() : None).Max,
            Program = isYesOrNo ? rule.ToProgram() : null,
            MessageProgram = isText ? message!.ToProgram() : null,
        };
    }
}
