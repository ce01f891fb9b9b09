namespace Orch.Cel.Syntax;

/// <summary>A node of an expression; the checker writes its type.</summary>
internal abstract class Expr(int position)
{
    /// <summary>Where it stands in the source, in UTF-16 units.</summary>
    public int Position { get; } = position;

    public CelType Type { get; set; } = CelType.Dyn;

    /// <summary>The longest way to a leaf; the parser bounds it.</summary>
    public int Depth { get; protected init; } = 1;

    protected static int Above(params ReadOnlySpan<Expr?> children)
    {
        var depth = 0;
        foreach (var child in children) { depth = Math.Max(depth, child?.Depth ?? 0); }
        return depth + 1;
    }
}

/// <summary>A literal.</summary>
internal sealed class ConstExpr(int position, CelValue value) : Expr(position)
{
    public CelValue Value { get; } = value;
}

/// <summary>A name.</summary>
internal sealed class IdentExpr(int position, string name) : Expr(position)
{
    public string Name { get; set; } = name;

    /// <summary>Set by the checker: a name that is a type.</summary>
    public CelType? TypeValue { get; set; }

    /// <summary>Set by the checker: a variable of the environment, not of a comprehension.</summary>
    public int Variable { get; set; } = -1;
}

/// <summary><c>a.b</c>, <c>a.?b</c> or <c>has(a.b)</c>.</summary>
internal sealed class SelectExpr : Expr
{
    public SelectExpr(int position, Expr operand, string field)
        : base(position)
    {
        Operand = operand;
        Field = field;
        Depth = Above(operand);
    }

    public Expr Operand { get; }

    public string Field { get; }

    public bool IsTest { get; init; }

    public bool IsOptional { get; init; }

    /// <summary>Set by the checker when the whole is a dotted name.</summary>
    public IdentExpr? Qualified { get; set; }
}

/// <summary>A call; operators are calls of names like <c>_+_</c>.</summary>
internal sealed class CallExpr : Expr
{
    public CallExpr(int position, string function, Expr? target, Expr[] arguments)
        : base(position)
    {
        Function = function;
        Target = target;
        Arguments = arguments;
        Depth = Math.Max(Above(target), Above(arguments));
    }

    public string Function { get; set; }

    public Expr? Target { get; set; }

    public Expr[] Arguments { get; }

    /// <summary>Set by the checker: the overloads that may be meant.</summary>
    public CelOverload[] Overloads { get; set; } = [];
}

/// <summary><c>a &amp;&amp; b &amp;&amp; c</c> or <c>a || b || c</c>.</summary>
internal sealed class LogicalExpr : Expr
{
    public LogicalExpr(int position, bool isAnd, Expr[] terms)
        : base(position)
    {
        IsAnd = isAnd;
        Terms = terms;
        Depth = Above(terms);
    }

    public bool IsAnd { get; }

    public Expr[] Terms { get; }
}

/// <summary><c>a ? b : c</c>.</summary>
internal sealed class ConditionalExpr : Expr
{
    public ConditionalExpr(int position, Expr condition, Expr whenTrue, Expr whenFalse)
        : base(position)
    {
        Condition = condition;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
        Depth = Above(condition, whenTrue, whenFalse);
    }

    public Expr Condition { get; }

    public Expr WhenTrue { get; }

    public Expr WhenFalse { get; }
}

/// <summary><c>[a, ?b]</c>.</summary>
internal sealed class ListExpr : Expr
{
    public ListExpr(int position, Expr[] items, bool[] optional)
        : base(position)
    {
        Items = items;
        Optional = optional;
        Depth = Above(items);
    }

    public Expr[] Items { get; }

    public bool[] Optional { get; }
}

/// <summary><c>{a: b, ?c: d}</c>.</summary>
internal sealed class MapExpr : Expr
{
    public MapExpr(int position, MapEntry[] entries)
        : base(position)
    {
        Entries = entries;
        foreach (var entry in entries) { Depth = Math.Max(Depth, Above(entry.Key, entry.Value)); }
    }

    public MapEntry[] Entries { get; }
}

internal readonly record struct MapEntry(int Position, Expr Key, Expr Value, bool IsOptional);

/// <summary><c>Name{field: a, ?other: b}</c>.</summary>
internal sealed class ObjectExpr : Expr
{
    public ObjectExpr(int position, string name, ObjectEntry[] entries)
        : base(position)
    {
        Name = name;
        Entries = entries;
        foreach (var entry in entries) { Depth = Math.Max(Depth, Above(entry.Value)); }
    }

    public string Name { get; }

    public ObjectEntry[] Entries { get; }
}

internal readonly record struct ObjectEntry(int Position, string Field, Expr Value, bool IsOptional);

internal enum ComprehensionKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformList,
    TransformMap,
    TransformMapEntry,
}

/// <summary>A macro that walks a list or a map.</summary>
internal sealed class ComprehensionExpr : Expr
{
    public ComprehensionExpr(int position, ComprehensionKind kind, string macro, Expr range, string first, string? second, Expr? predicate, Expr? transform)
        : base(position)
    {
        Kind = kind;
        Macro = macro;
        Range = range;
        First = first;
        Second = second;
        Predicate = predicate;
        Transform = transform;
        Depth = Above(range, predicate, transform) + 1;
    }

    public ComprehensionKind Kind { get; }

    /// <summary>The name it was written with.</summary>
    public string Macro { get; }

    public Expr Range { get; }

    public string First { get; }

    public string? Second { get; }

    public Expr? Predicate { get; }

    public Expr? Transform { get; }
}

internal enum BindKind
{
    Bind,
    OptionalMap,
    OptionalFlatMap,
    SortBy,
}

/// <summary><c>cel.bind(x, a, b)</c>, <c>a.optMap(x, b)</c>, <c>a.optFlatMap(x, b)</c> or <c>a.sortBy(x, b)</c>.</summary>
internal sealed class BindExpr : Expr
{
    public BindExpr(int position, BindKind kind, string name, Expr value, Expr body)
        : base(position)
    {
        Kind = kind;
        Name = name;
        Value = value;
        Body = body;
        Depth = Above(value, body) + 1;
    }

    public BindKind Kind { get; }

    public string Name { get; }

    public Expr Value { get; }

    public Expr Body { get; }
}
