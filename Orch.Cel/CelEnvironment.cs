using Orch.Cel.Checking;
using Orch.Cel.Syntax;

namespace Orch.Cel;

/// <summary>What expressions may use: variables, functions, types. Immutable and safe to share between threads.</summary>
public sealed class CelEnvironment
{
    private readonly Dictionary<string, CelOverload[]> _functions;
    private readonly Dictionary<string, int> _variableIndexes;
    private readonly List<(string Name, CelType Type)> _variables;
    private readonly List<ICelTypeProvider> _types;
    private readonly CelLimits _limits;
    private readonly bool _hasBindings;

    private CelEnvironment(CelEnvironment? parent, CelEnvironmentBuilder builder)
    {
        _functions = parent?._functions ?? new(StringComparer.Ordinal);
        if (builder.Overloads.Count > 0)
        {
            _functions = new(_functions, StringComparer.Ordinal);
            foreach (var group in builder.Overloads.GroupBy(overload => overload.Function, StringComparer.Ordinal))
            {
                _functions[group.Key] = [.. _functions.GetValueOrDefault(group.Key) ?? [], .. group];
            }
        }

        _variables = [.. parent?._variables ?? []];
        _variableIndexes = new(parent?._variableIndexes ?? [], StringComparer.Ordinal);
        foreach (var variable in builder.Variables)
        {
            _variableIndexes[variable.Name] = _variables.Count;
            _variables.Add(variable);
        }

        _types = builder.Types.Count == 0 ? parent?._types ?? [] : [.. builder.Types, .. parent?._types ?? []];
        HasHomogeneousLiterals = builder.HomogeneousLiterals ?? parent?.HasHomogeneousLiterals ?? false;
        _hasBindings = builder.Bindings ?? parent?._hasBindings ?? false;
        _limits = builder.ParserLimits ?? parent?._limits ?? new CelLimits();
    }

    /// <summary>The language's own functions with optional values, nothing else.</summary>
    public static CelEnvironment Standard { get; } = new(null, new CelEnvironmentBuilder()
        .AddFunctions(Libraries.StandardLibrary.Overloads()).AddFunctions(Libraries.OptionalLibrary.Overloads()));

    /// <summary>What Kubernetes 1.36 gives to every expression: the standard, and its libraries.</summary>
    public static CelEnvironment Kubernetes { get; } = Standard.Extend(builder => builder.RequireHomogeneousLiterals()
        .AddFunctions(Libraries.StringsLibrary.Overloads()).AddFunctions(Libraries.ListsLibrary.Overloads())
        .AddFunctions(Libraries.ListExtensions.Overloads()).AddFunctions(Libraries.SetsLibrary.Overloads())
        .AddFunctions(Libraries.RegexLibrary.Overloads()).AddFunctions(Libraries.UrlLibrary.Overloads())
        .AddFunctions(Libraries.NetworkLibrary.Overloads()).AddFunctions(Libraries.QuantityLibrary.Overloads())
        .AddFunctions(Libraries.SemverLibrary.Overloads()).AddFunctions(Libraries.FormatLibrary.Overloads())
        .AddFunctions(Libraries.AuthorizerLibrary.Overloads()));

    internal bool HasHomogeneousLiterals { get; }

    internal int VariableCount => _variables.Count;

    internal string VariableName(int index) => _variables[index].Name;

    /// <summary>A new environment with more than this one; programs and bindings of this one keep their meaning.</summary>
    public CelEnvironment Extend(Action<CelEnvironmentBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new CelEnvironmentBuilder();
        configure(builder);
        return new CelEnvironment(this, builder);
    }

    /// <summary>Parses and checks an expression; what is wrong with it is in the result.</summary>
    /// <param name="expression">Its text.</param>
    /// <param name="expectedType">What it must give; null when anything will do.</param>
    public CelCompilation Compile(string expression, CelType? expectedType = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var source = new Source(expression);
        var tree = Parser.Parse(source, _limits, _hasBindings);
        if (tree is not null) { new Checker(this, source).Check(tree, expectedType); }
        if (tree is not null && !source.HasFaults) { LiteralValidator.Validate(tree, source); }
        return new CelCompilation(this, source, source.HasFaults ? null : tree);
    }

    internal bool TryFindVariable(string name, out int index, out CelType type)
    {
        var found = _variableIndexes.TryGetValue(name, out index);
        type = found ? _variables[index].Type : CelType.Error;
        return found;
    }

    internal CelOverload[]? FindFunction(string name) => _functions.GetValueOrDefault(name);

    internal CelType? FindType(string name)
    {
        foreach (var provider in _types)
        {
            if (provider.FindType(name) is { } type) { return type; }
        }

        return name switch
        {
            "bool" => CelType.Bool,
            "int" => CelType.Int,
            "uint" => CelType.Uint,
            "double" => CelType.Double,
            "string" => CelType.String,
            "bytes" => CelType.Bytes,
            "list" => CelType.AnyList,
            "map" => CelType.AnyMap,
            "null_type" => CelType.Null,
            "type" => CelType.Type,
            "google.protobuf.Timestamp" => CelType.Timestamp,
            "google.protobuf.Duration" => CelType.Duration,
            "optional_type" => CelType.Optional(CelType.Dyn),
            "net.IP" or "net.CIDR" or "kubernetes.Quantity" or "kubernetes.URL" or "kubernetes.Semver" or "kubernetes.NamedFormat"
                when _functions.ContainsKey("quantity") => CelType.Opaque(name),
            _ => null,
        };
    }
}
