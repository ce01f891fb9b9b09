using Orch.Cel.Syntax;

namespace Orch.Cel.Checking;

/// <summary>Gives every node its type and every call its overloads; notes what does not fit in the source.</summary>
internal sealed class Checker(CelEnvironment environment, Source source)
{
    private readonly TypeUnifier _types = new();
    private readonly List<Expr> _visited = [];
    private readonly List<(string Name, CelType Type)> _locals = [];

    public void Check(Expr expression, CelType? expected)
    {
        var type = Visit(expression);
        foreach (var node in _visited) { node.Type = _types.Substitute(node.Type, unknownIsDyn: true); }
        if (source.HasFaults || expected is null) { return; }
        if (!_types.TryAssign(expected, type)) { source.Fault(expression.Position, $"expected type '{expected}' but found '{expression.Type}'"); }
    }

    private CelType Visit(Expr expression)
    {
        var type = expression switch
        {
            ConstExpr constant => ConstantType(constant.Value),
            IdentExpr ident => Ident(ident),
            SelectExpr select => Select(select),
            CallExpr call => Call(call),
            LogicalExpr logical => Logical(logical),
            ConditionalExpr conditional => Conditional(conditional),
            ListExpr list => List(list),
            MapExpr map => Map(map),
            ObjectExpr made => Object(made),
            ComprehensionExpr comprehension => Comprehension(comprehension),
            BindExpr bind => Bind(bind),
            _ => throw new InvalidOperationException(expression.GetType().Name),
        };
        expression.Type = type;
        _visited.Add(expression);
        return type;
    }

    private static CelType ConstantType(in CelValue value) => value.RuntimeType();

    private CelType Known(CelType type) => _types.Substitute(type, unknownIsDyn: false);

    private CelType Fault(int position, string message)
    {
        source.Fault(position, message);
        return CelType.Error;
    }

    private CelType Expect(Expr expression, CelType expected)
    {
        var type = Visit(expression);
        if (!_types.TryAssign(expected, type)) { Fault(expression.Position, $"expected type '{Known(expected)}' but found '{Known(type)}'"); }
        return type;
    }

    private CelType Ident(IdentExpr ident)
    {
        for (var index = _locals.Count - 1; index >= 0; index--)
        {
            if (_locals[index].Name == ident.Name) { return _locals[index].Type; }
        }

        return TryGlobal(ident) ?? Fault(ident.Position, $"undeclared reference to '{ident.Name}' (in container '')");
    }

    private CelType? TryGlobal(IdentExpr ident)
    {
        if (environment.TryFindVariable(ident.Name, out var index, out var type))
        {
            ident.Variable = index;
            return type;
        }

        if (environment.FindType(ident.Name) is not { } named) { return null; }
        ident.TypeValue = named;
        return CelType.TypeOf(named);
    }

    private bool IsLocal(string qualifiedName)
    {
        var dot = qualifiedName.IndexOf('.', StringComparison.Ordinal);
        var root = dot < 0 ? qualifiedName : qualifiedName[..dot];
        return _locals.Exists(local => local.Name == root);
    }

    private CelType Select(SelectExpr select)
    {
        if (Parser.QualifiedName(select) is { } name && !IsLocal(name))
        {
            var ident = new IdentExpr(select.Position, name);
            if (TryGlobal(ident) is { } global)
            {
                select.Qualified = ident;
                ident.Type = global;
                return global;
            }
        }

        var operand = Known(Visit(select.Operand));
        var inOptional = operand.IsOptional;
        if (inOptional) { operand = Known(operand.Items[0]); }
        var field = FieldType(select, operand, wantsOptional: inOptional || select.IsOptional);
        if (select.IsTest) { return CelType.Bool; }
        return (inOptional || select.IsOptional) && !(select.IsOptional && field.IsOptional) ? CelType.Optional(field) : field;
    }

    private CelType FieldType(SelectExpr select, CelType operand, bool wantsOptional)
    {
        switch (operand.Kind)
        {
            case CelKind.Error: return CelType.Error;
            case CelKind.Dyn: return CelType.Dyn;
            case CelKind.Parameter:
                _types.TryAssign(operand, CelType.Dyn);
                return CelType.Dyn;
            case CelKind.Map: return operand.Items[1];
            case CelKind.Object:
                return ((CelObjectType)operand).TryGetField(select.Field, out var field)
                    ? field.Type
                    : Fault(select.Position, $"undefined field '{select.Field}'");
            default:
                return Fault(select.Position, wantsOptional && select.IsOptional
                    ? $"unsupported optional field selection: '{operand}' does not support field selection"
                    : $"type '{operand}' does not support field selection");
        }
    }

    private CelType Call(CallExpr call)
    {
        // A dotted name before a call may be the function's own name: sets.contains(a, b).
        if (call.Target is not null && Parser.QualifiedName(call.Target) is { } prefix && !IsLocal(prefix)
            && environment.FindFunction(prefix + "." + call.Function) is not null)
        {
            call.Function = prefix + "." + call.Function;
            call.Target = null;
        }

        var count = call.Arguments.Length + (call.Target is null ? 0 : 1);
        var arguments = new CelType[count];
        var at = 0;
        if (call.Target is not null) { arguments[at++] = Visit(call.Target); }
        foreach (var argument in call.Arguments) { arguments[at++] = Visit(argument); }
        if (environment.FindFunction(call.Function) is not { } overloads)
        {
            return Fault(call.Position, $"undeclared reference to '{call.Function}' (in container '')");
        }

        return Resolve(call, overloads, arguments);
    }

    private CelType Resolve(CallExpr call, CelOverload[] overloads, CelType[] arguments)
    {
        CelType? result = null;
        var matching = new List<CelOverload>(1);
        foreach (var overload in overloads)
        {
            if (overload.IsMember != (call.Target is not null) || overload.Types.Length != arguments.Length) { continue; }
            var parameters = _types.Instantiate(overload.Types, overload.Result, out var type);
            if (!_types.TryAssign(parameters, arguments)) { continue; }
            matching.Add(overload);
            type = Known(type);
            result = result is null || result.IsSame(type) ? result ?? type : CelType.Dyn;
        }

        call.Overloads = [.. matching];
        if (result is not null) { return result; }
        if (Array.Exists(arguments, argument => Known(argument).Kind == CelKind.Error)) { return CelType.Error; }
        var known = arguments.Select(argument => _types.Substitute(argument, unknownIsDyn: true).ToString()).ToArray();
        var applied = call.Target is null ? $"({string.Join(", ", known)})" : $"{known[0]}.({string.Join(", ", known.Skip(1))})";
        return Fault(call.Position, $"found no matching overload for '{call.Function}' applied to '{applied}'");
    }

    private CelType Logical(LogicalExpr logical)
    {
        var types = Array.ConvertAll(logical.Terms, Visit);
        for (var index = 0; index < types.Length; index++)
        {
            if (_types.TryAssign(CelType.Bool, types[index])) { continue; }
            var pair = index == 0 ? (types[0], types[1]) : (CelType.Bool, types[index]);
            return Fault(logical.Position, $"found no matching overload for '{(logical.IsAnd ? Operators.And : Operators.Or)}' applied to '({Known(pair.Item1)}, {Known(pair.Item2)})'");
        }

        return CelType.Bool;
    }

    private CelType Conditional(ConditionalExpr conditional)
    {
        var condition = Visit(conditional.Condition);
        var whenTrue = Visit(conditional.WhenTrue);
        var whenFalse = Visit(conditional.WhenFalse);
        var result = _types.Fresh();
        if (_types.TryAssign([CelType.Bool, result, result], [condition, whenTrue, whenFalse])) { return Known(result); }
        return Fault(conditional.Position, $"found no matching overload for '{Operators.Conditional}' applied to '({Known(condition)}, {Known(whenTrue)}, {Known(whenFalse)})'");
    }

    private CelType List(ListExpr list)
    {
        CelType? element = null;
        for (var index = 0; index < list.Items.Length; index++)
        {
            element = Join(list.Items[index], element, Unwrap(list.Items[index], Visit(list.Items[index]), list.Optional[index]));
        }

        return CelType.List(element ?? _types.Fresh());
    }

    private CelType Map(MapExpr map)
    {
        CelType? key = null;
        CelType? value = null;
        foreach (var entry in map.Entries)
        {
            key = Join(entry.Key, key, Visit(entry.Key));
            value = Join(entry.Value, value, Unwrap(entry.Value, Visit(entry.Value), entry.IsOptional));
        }

        return CelType.Map(key ?? _types.Fresh(), value ?? _types.Fresh());
    }

    private CelType Unwrap(Expr item, CelType type, bool isOptional)
    {
        if (!isOptional) { return type; }
        type = Known(type);
        if (type.IsOptional) { return type.Items[0]; }
        return type.Kind is CelKind.Dyn or CelKind.Error
            ? type
            : Fault(item.Position, $"expected type 'optional_type({type})' but found '{type}'");
    }

    private CelType Join(Expr item, CelType? before, CelType type)
    {
        if (before is null) { return type; }
        if (_types.TryAssign(before, type))
        {
            // What null may stand for is the more general.
            return Known(before).Kind == CelKind.Dyn ? before : Known(type).Kind == CelKind.Dyn ? CelType.Dyn : Known(before).Kind == CelKind.Null ? type : before;
        }

        return environment.HasHomogeneousLiterals
            ? Fault(item.Position, $"expected type '{Known(before)}' but found '{Known(type)}'")
            : CelType.Dyn;
    }

    private CelType Object(ObjectExpr made)
    {
        if (environment.FindType(made.Name) is not { } named) { return Fault(made.Position, $"undeclared reference to '{made.Name}' (in container '')"); }
        if (named is not CelObjectType type) { return Fault(made.Position, $"'{made.Name}' is not a message type"); }
        foreach (var entry in made.Entries)
        {
            var value = Unwrap(entry.Value, Visit(entry.Value), entry.IsOptional);
            if (!type.TryGetField(entry.Field, out var field)) { Fault(entry.Position, $"undefined field '{entry.Field}'"); }
            else if (!_types.TryAssign(field.Type, value))
            {
                Fault(entry.Position, $"expected type of field '{entry.Field}' is '{field.Type}' but provided type is '{Known(value)}'");
            }
        }

        return type;
    }

    private CelType Comprehension(ComprehensionExpr comprehension)
    {
        var range = Known(Visit(comprehension.Range));
        var (key, value) = range.Kind switch
        {
            CelKind.List => (CelType.Int, range.Items[0]),
            CelKind.Map => (range.Items[0], range.Items[1]),
            CelKind.Dyn or CelKind.Error => (CelType.Dyn, CelType.Dyn),
            CelKind.Parameter => RangeOfUnknown(range),
            _ => (Fault(comprehension.Range.Position, $"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)"), CelType.Error),
        };
        var first = comprehension.Second is null && range.Kind == CelKind.List ? value : comprehension.Second is null && range.Kind != CelKind.Map ? value : key;
        _locals.Add((comprehension.First, first));
        if (comprehension.Second is not null) { _locals.Add((comprehension.Second, value)); }
        if (comprehension.Predicate is not null) { Predicate(comprehension); }
        var transform = comprehension.Transform is null ? CelType.Error : Visit(comprehension.Transform);
        _locals.RemoveRange(_locals.Count - (comprehension.Second is null ? 1 : 2), comprehension.Second is null ? 1 : 2);
        switch (comprehension.Kind)
        {
            case ComprehensionKind.Filter: return CelType.List(first);
            case ComprehensionKind.Map or ComprehensionKind.TransformList: return CelType.List(transform);
            case ComprehensionKind.TransformMap: return CelType.Map(key, transform);
            case ComprehensionKind.TransformMapEntry:
                var entry = CelType.Map(_types.Fresh(), _types.Fresh());
                return _types.TryAssign(entry, transform)
                    ? Known(entry)
                    : Fault(comprehension.Transform!.Position, $"expected type 'map(dyn, dyn)' but found '{Known(transform)}'");
            default: return CelType.Bool;
        }
    }

    private (CelType Key, CelType Value) RangeOfUnknown(CelType range)
    {
        _types.TryAssign(range, CelType.Dyn);
        return (CelType.Dyn, CelType.Dyn);
    }

    private void Predicate(ComprehensionExpr comprehension)
    {
        var predicate = comprehension.Predicate!;
        var type = Visit(predicate);
        if (_types.TryAssign(CelType.Bool, type)) { return; }
        // The macros put the predicate into an operator, and that is what does not fit.
        var found = Known(type);
        Fault(predicate.Position, comprehension.Kind switch
        {
            ComprehensionKind.All => $"found no matching overload for '_&&_' applied to '(bool, {found})'",
            ComprehensionKind.Exists => $"found no matching overload for '_||_' applied to '(bool, {found})'",
            ComprehensionKind.ExistsOne => $"found no matching overload for '_?_:_' applied to '({found}, int, int)'",
            _ => $"found no matching overload for '_?_:_' applied to '({found}, list(dyn), list(dyn))'",
        });
    }

    private CelType Bind(BindExpr bind)
    {
        var value = Known(Visit(bind.Value));
        var name = value;
        switch (bind.Kind)
        {
            case BindKind.OptionalMap or BindKind.OptionalFlatMap:
                if (!value.IsOptional && value.Kind is not (CelKind.Dyn or CelKind.Error))
                {
                    return Fault(bind.Position, $"found no matching overload for 'hasValue' applied to '{value}.()'");
                }

                name = value.IsOptional ? value.Items[0] : CelType.Dyn;
                break;
            case BindKind.SortBy:
                if (value.Kind is not (CelKind.List or CelKind.Dyn or CelKind.Error))
                {
                    return Fault(bind.Position, $"found no matching overload for 'sortBy' applied to '{value}.()'");
                }

                name = value.Kind == CelKind.List ? value.Items[0] : CelType.Dyn;
                break;
        }

        _locals.Add((bind.Name, name));
        var body = Visit(bind.Body);
        _locals.RemoveAt(_locals.Count - 1);
        switch (bind.Kind)
        {
            case BindKind.OptionalMap: return CelType.Optional(body);
            case BindKind.OptionalFlatMap:
                return _types.TryAssign(CelType.Optional(CelType.Dyn), body)
                    ? body
                    : Fault(bind.Position, $"found no matching overload for '_?_:_' applied to '(bool, {Known(body)}, optional_type(dyn))'");
            case BindKind.SortBy:
                var key = Known(body);
                return key.Kind is CelKind.Int or CelKind.Uint or CelKind.Double or CelKind.Bool or CelKind.Duration or CelKind.Timestamp
                    or CelKind.String or CelKind.Bytes or CelKind.Dyn or CelKind.Error or CelKind.Parameter
                    ? value.Kind == CelKind.List ? value : CelType.AnyList
                    : Fault(bind.Position, $"found no matching overload for '@sortByAssociatedKeys' applied to '{value}.(list({key}))'");
            default: return body;
        }
    }
}
