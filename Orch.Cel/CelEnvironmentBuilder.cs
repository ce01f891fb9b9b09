namespace Orch.Cel;

/// <summary>Adds variables, functions and types to an environment that is being made.</summary>
public sealed class CelEnvironmentBuilder
{
    internal List<(string Name, CelType Type)> Variables { get; } = [];

    internal List<CelOverload> Overloads { get; } = [];

    internal List<ICelTypeProvider> Types { get; } = [];

    internal bool? HomogeneousLiterals { get; private set; }

    internal bool? Bindings { get; private set; }

    internal CelLimits? ParserLimits { get; private set; }

    /// <summary>Declares a variable; one of a name that is there already takes its place.</summary>
    public CelEnvironmentBuilder AddVariable(string name, CelType type)
    {
        Variables.Add((name, type));
        return this;
    }

    /// <summary>Adds functions.</summary>
    public CelEnvironmentBuilder AddFunctions(IEnumerable<CelOverload> overloads)
    {
        Overloads.AddRange(overloads);
        return this;
    }

    /// <summary>Adds types that expressions can name; the first provider that knows a name counts.</summary>
    public CelEnvironmentBuilder AddTypes(ICelTypeProvider provider)
    {
        Types.Add(provider);
        return this;
    }

    /// <summary>Refuses lists and maps written with items of different types.</summary>
    public CelEnvironmentBuilder RequireHomogeneousLiterals()
    {
        HomogeneousLiterals = true;
        return this;
    }

    /// <summary>Lets expressions name a value: <c>cel.bind(x, 1 + 1, x * x)</c>.</summary>
    public CelEnvironmentBuilder AllowBindings()
    {
        Bindings = true;
        return this;
    }

    /// <summary>Bounds the text of expressions.</summary>
    public CelEnvironmentBuilder LimitTo(CelLimits limits)
    {
        ParserLimits = limits;
        return this;
    }
}
