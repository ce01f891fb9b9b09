namespace Orch.Cel.Tests.Conformance;

/// <summary>What expressions of Kubernetes 1.36 give, in the order of the language's specification and of Kubernetes' libraries; where cel-go differs from the specification, cel-go.</summary>
public sealed class ConformanceTests
{
    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable("x", CelType.Dyn).AddVariable("i", CelType.Int).AddVariable("m", CelType.Map(CelType.String, CelType.Int)).AddVariable("l", CelType.List(CelType.Int)));

    [Theory]
    // Numbers: bounds, division towards zero, comparison across types.
    [InlineData("-9223372036854775808 == -9223372036854775807 - 1")]
    [InlineData("0x7fffffffffffffff == 9223372036854775807 && 0xFFFFFFFFFFFFFFFFu == 18446744073709551615u")]
    [InlineData("-7 / 2 == -3 && 7 / -2 == -3 && -7 % 2 == -1 && 7 % -2 == 1")]
    [InlineData("1.0 / 0.0 == double('Infinity') && -1.0 / 0.0 == double('-Infinity') && dyn(0.0 / 0.0) != dyn(0.0 / 0.0)")]
    [InlineData("-0.0 == 0.0 && 1e-7 < 1e-6 && 1.7976931348623157e308 < double('Infinity')")]
    [InlineData("1 < 1.1 && 1u < 1.1 && 2 > 1u && -1 < 0u && 1.0 <= 1 && 1.0 >= 1u && dyn(1) < dyn(1u) + 1u")]
    [InlineData("dyn(1) == 1u && dyn(1u) == 1.0 && dyn(1.0) == 1 && dyn(1) != 1.5 && [1] == dyn([1.0]) && {'a': dyn(1)} == {'a': dyn(1u)}")]
    [InlineData("9007199254740993 > 9007199254740992.0 && dyn(9007199254740993) != 9007199254740992.0")]
    [InlineData("1 in dyn([1.0, 2.0]) && 1u in dyn([1]) && 1.0 in dyn({1: 'a'}) && dyn({1: 'a'})[1u] == 'a' && dyn({1u: 'a'})[1.0] == 'a'")]
    [InlineData("dyn([1, 2, 3])[1u] == 2 && dyn([1, 2, 3])[1.0] == 2")]
    [InlineData("dyn(1) != 'a' && dyn(null) != false && dyn([]) != {} && dyn('a') != b'a' && dyn(timestamp(0)) != dyn(0)")]
    // Text and bytes.
    [InlineData(@"'\a\b\f\n\r\t\v\\\?\""\'\`' == '\x07\x08\x0c\x0a\x0d\x09\x0b\x5c\x3f\x22\x27\x60'")]
    [InlineData(@"'\303\277' == 'Ã¿' && b'\303\277' == bytes('ÿ') && b'ÿ' == b'\xc3\xbf' && '\u00FF' == 'ÿ' && '\U0010FFFF'.size() == 1")]
    [InlineData("r'\\n'.size() == 2 && R\"\\x\".size() == 2 && '''a'b\"c''' == 'a\\'b\"c' && b\"\"\"a\"b\"\"\" == b'a\"b'")]
    [InlineData("'' < 'a' && 'a' < 'aa' && 'Z' < 'a' && '\\uffff' < '😀' && b'' < b'\\x00' && b'\\x7f' < b'\\x80'")]
    [InlineData("'abc'.contains('') && 'abc'.startsWith('') && 'abc'.endsWith('c') && !'abc'.contains('ac') && '😀x'.endsWith('x')")]
    [InlineData("'été'.size() == 3 && bytes('été').size() == 5 && '😁'.size() == 1 && string(b'\\xf0\\x9f\\x98\\x81') == '😁'")]
    // Conversions.
    [InlineData("int('-9223372036854775808') == -9223372036854775808 && int('+5') == 5 && int(-1.9) == -1 && int(1.9) == 1 && uint(1.9) == 1u")]
    [InlineData("int(timestamp('2009-02-13T23:31:30Z')) == 1234567890 && int(duration('1.5s')) == 1500000000 && timestamp(1234567890) == timestamp('2009-02-13T23:31:30Z')")]
    [InlineData("double('1e-3') == 0.001 && double(' 1'.trim()) == 1.0 && double('NaN') != double('NaN') && double(18446744073709551615u) == 1.8446744073709552e19")]
    [InlineData("string(1.0) == '1' && string(123.456) == '123.456' && string(-4.5e-3) == '-0.0045' && string(1e6) == '1e+06' && string(999999.0) == '999999' && string(123456789.0) == '1.23456789e+08'")]
    [InlineData("string(0.0001) == '0.0001' && string(0.00001) == '1e-05' && string(1e100) == '1e+100' && string(double('-Inf')) == '-Inf' && string(double('Inf')) == '+Inf' && string(-0.0) == '-0' && string(0.1) == '0.1'")]
    [InlineData("string(false) == 'false' && string(5u) == '5' && string(-5) == '-5' && bool('1') && bool('T') && !bool('0') && !bool('False')")]
    [InlineData("string(duration('1h1m1s')) == '3661s' && string(duration('1ms')) == '0.001s' && string(duration('1us')) == '0.000001s' && string(duration('-1.5h')) == '-5400s' && string(duration('0')) == '0s'")]
    [InlineData("string(timestamp('2009-02-13T23:31:30.000000001Z')) == '2009-02-13T23:31:30.000000001Z' && string(timestamp('1970-01-01T01:00:00+01:00')) == '1970-01-01T01:00:00+01:00' && string(timestamp('1970-01-01T01:00:00-01:30') + duration('1s')) == '1970-01-01T01:00:01-01:30' && timestamp('1970-01-01T01:00:00+01:00') == timestamp(0)")]
    [InlineData("type(1) == type(2) && type(type(1)) == type && type(1.0) == double && type(true) == bool && type([1]) == type(['a']) && type({}) == map && type(optional.none()) == optional_type")]
    [InlineData("dyn(1) + 1 == 2 && size(dyn('abc')) == 3 && dyn([1])[0] == 1")]
    // Times.
    [InlineData("timestamp('2023-12-25T00:00:00Z') - duration('24h') == timestamp('2023-12-24T00:00:00Z') && duration('1m') + timestamp(0) == timestamp(60) && duration('2h') - duration('30m') == duration('90m')")]
    [InlineData("timestamp('2024-02-29T00:00:00Z').getDayOfYear() == 59 && timestamp('2023-12-31T00:00:00Z').getDayOfYear() == 364 && timestamp('2023-01-01T00:00:00Z').getDayOfWeek() == 0")]
    [InlineData("timestamp('2023-07-01T12:00:00Z').getHours('Europe/Berlin') == 14 && timestamp('2023-01-01T12:00:00Z').getHours('Europe/Berlin') == 13 && timestamp('2023-01-01T00:00:00Z').getDate('America/New_York') == 31")]
    [InlineData("timestamp('2009-02-13T23:31:30Z').getMinutes('+11:15') == 46 && timestamp('2009-02-13T23:31:30Z').getHours('-08:00') == 15 && timestamp('2009-02-13T02:00:00Z').getDate('-02:30') == 12")]
    [InlineData("timestamp('2009-02-13T23:31:30Z').getHours('2:00') == 1 && timestamp('2009-02-13T23:31:30Z').getMinutes('1:5') == 36 && timestamp('2009-02-13T23:31:30Z').getHours('UTC') == 23 && timestamp('2009-02-13T23:31:30Z').getHours('') == 23")]
    [InlineData("duration('123.321456789s').getMilliseconds() == 123321 && duration('-90m').getHours() == -1 && duration('3730s').getMinutes() == 62 && duration('10h').getSeconds() == 36000")]
    [InlineData("timestamp('2009-02-13T23:31:30.123Z').getMilliseconds() == 123 && timestamp('2009-02-13T23:31:30Z').getFullYear() == 2009 && timestamp('2009-02-13T23:31:30Z').getMonth() == 1")]
    [InlineData("timestamp('0001-01-01T00:00:00Z') < timestamp('9999-12-31T23:59:59.999999999Z') && duration('-1s') < duration('0s') && duration('1.5h') == duration('90m')")]
    // Logic: what is wrong on one side does not matter where the other decides.
    [InlineData("(1 / 0 > 0 || true) && (true || 1 / 0 > 0) && !(1 / 0 > 0 && false) && !(false && 1 / 0 > 0)")]
    [InlineData("[1, 0, 2].exists(e, 2 / e == 1) && ![0, 4].all(e, 8 / e == 3) && [0].map(e, e == 1 || 1 / 1 == 1) == [true]")]
    [InlineData("(true ? 1 : 1 / 0) == 1 && (false ? x.none : 2) == 2 && dyn(true) && !(dyn(false))")]
    [InlineData("(x.none == 1 || true) && has({'a': null}.a) && !has(m.none) && m.a == 1 && has(m.a) && m['a'] == 1")]
    // Lists and maps.
    [InlineData("[] == [] && [1] + [] == [1] && [[1], []] == [[1]] + [[]] && [1, 2] != [1] && {} == {} && {'a': 1, 'b': 2} == {'b': 2, 'a': 1} && {'a': 1} != {'a': 1, 'b': 1}")]
    [InlineData("{true: 1, false: 2}[true] == 1 && {1: 2}[1] == 2 && {1u: 2}[1u] == 2 && 'a' in {'a': 1} && !('b' in {'a': 1}) && {'a': {'b': [1, 2]}}.a.b[1] == 2")]
    [InlineData("l == [1, 2, 3] && l[0] == 1 && size(l) == 3 && 2 in l && l.map(e, e * 2) == [2, 4, 6] && l.filter(e, e > 1).size() == 2")]
    // Macros and shadowing.
    [InlineData("[1, 2].all(x, x > 0) && [i].exists(i, i == 7) && [[1, 2], [3]].map(i, i.map(i, i + 1)) == [[2, 3], [4]]")]
    [InlineData("[1, 2, 3].map(e, e > 1, e * 10) == [20, 30] && [].map(e, e) == [] && {'b': 1}.map(k, k + '!') == ['b!'] && [1, 1].exists_one(e, e == 1) == false")]
    [InlineData("[5, 6].all(n, v, v == n + 5) && {'a': 1}.exists(k, v, k == 'a' && v == 1) && [1, 2, 2].existsOne(n, v, v == 1) && [3, 4].transformList(n, v, n * v) == [0, 4]")]
    [InlineData("{'a': 1, 'b': 2}.transformMap(k, v, k == 'b', v * 10) == {'b': 20} && {'a': 'x'}.transformMapEntry(k, v, {v: k}) == {'x': 'a'} && ['a', 'b'].transformMap(n, v, v) == {0: 'a', 1: 'b'}")]
    // Optional values.
    [InlineData("m.?a == optional.of(1) && m.?none == optional.none() && m[?'a'].orValue(0) == 1 && l[?9].orValue(-1) == -1 && x.?a.?b.orValue('none') == 'none'")]
    [InlineData("optional.of(1).optMap(v, v + 1) == optional.of(2) && optional.none().optMap(v, 1 / 0) == optional.none() && optional.of([1]).optFlatMap(v, v[?0]) == optional.of(1)")]
    [InlineData("[?m.?none, ?m.?a] == [1] && {?'k': m.?none, 'j': 1} == {'j': 1} && optional.ofNonZeroValue('') == optional.none() && optional.of(m).a == optional.of(1)")]
    // Text library.
    [InlineData("'a,b,c'.split(',', -1) == ['a', 'b', 'c'] && ''.split('') == [] && 'abc'.split('') == ['a', 'b', 'c'] && 'a'.replace('a', '', -1) == '' && 'aaa'.replace('a', 'b', 2) == 'bba'")]
    [InlineData("'tacocat'.indexOf('ac', 3) == -1 && 'tacocat'.lastIndexOf('at', 3) == -1 && ''.indexOf('') == 0 && 'a'.lastIndexOf('', 0) == 0 && 'ta©o©αT'.charAt(3) == 'o' && 'ta©o©αT'.substring(2, 6) == '©o©α'")]
    [InlineData("' \\f\\n\\r\\t\\v\\u0085\\u00a0\\u2000x'.trim() == 'x' && 'ÀB'.lowerAscii() == 'Àb' && ['x', '', 'y'].join(',') == 'x,,y' && strings.quote('a\\u00e9\\x07') == '\"aé\\\\a\"'")]
    [InlineData("'%d %s %.1f %e %x %X %o %b'.format([dyn(-5), 'a', 2.25, 1.5, 255, 255, 9, 5]) == '-5 a 2.2 1.500000e+00 ff FF 11 101'")]
    [InlineData("'%s'.format([dyn([dyn(1), 1.5, 'a', true, null, duration('1s'), timestamp(0), {'k': 1}])]) == '[1, 1.5, a, true, null, 1s, 1970-01-01T00:00:00Z, {k: 1}]' && '%%'.format([]) == '%' && '%s'.format([1e6]) == '1e+06'")]
    // Kubernetes' lists, and those of cel-go's version 3.
    [InlineData("[1.5, 0.5].min() == 0.5 && ['b', 'a'].max() == 'b' && [true, false].min() == false && [1u, 2u].sum() == 3u && ['a'].indexOf('b') == -1 && [1, 2, 2].isSorted() && ![2, 1].isSorted()")]
    [InlineData("lists.range(0) == [] && [1, 2, 3].slice(0, 0) == [] && [[[1]], [[2]]].flatten().size() == 2 && [dyn(1), [dyn(2), [3]]].flatten(2) == dyn([1, 2, 3]) && [3, 1, 2].sort() == [1, 2, 3] && ['b', 'a'].reverse() == ['a', 'b']")]
    [InlineData("[{'n': 'b'}, {'n': 'a'}].sortBy(e, e.n)[0].n == 'a' && [1, 2, 1].distinct() == [1, 2]")]
    [InlineData("sets.contains([1, 2, 3], []) && sets.contains([dyn(1)], [dyn(1.0)]) && sets.equivalent([], []) && !sets.equivalent([1], [1, 2]) && sets.intersects([1], [2, 1])")]
    // Other libraries of Kubernetes.
    [InlineData("'abc'.find('b.*') == 'bc' && 'aXbX'.findAll('[A-Z]') == ['X', 'X'] && 'ab'.findAll('z') == [] && 'ab'.findAll('.', 0) == [] && 'ab'.matches('^a') && !'ab'.matches('^b')")]
    [InlineData("url('https://u:p@h:8080/a/b?x=1&x=2#f').getPort() == '8080' && url('https://h/a%20b').getEscapedPath() == '/a%20b' && url('/p?q').getQuery() == {'q': ['']} && url('https://h').getEscapedPath() == ''")]
    [InlineData("quantity('1.5Gi').asInteger() == 1610612736 && quantity('100m').asApproximateFloat() == 0.1 && quantity('-1').sign() == -1 && quantity('1').add(1) == quantity('2') && quantity('5M').compareTo(quantity('5000k')) == 0")]
    [InlineData("cidr('10.0.0.0/8').containsIP(ip('10.9.8.7')) && !cidr('10.0.0.0/8').containsIP('11.0.0.1') && cidr('2001:db8::/32').containsCIDR('2001:db8:1::/48') && isCIDR('10.0.0.1/8') && !isIP('10.0.0.0/8')")]
    [InlineData("semver('1.2.3-a.1+b').patch() == 3 && semver('1.0.0-alpha').isLessThan(semver('1.0.0')) && semver('1.0.0+a').compareTo(semver('1.0.0+b')) == 0")]
    [InlineData("format.dns1123Subdomain().validate('a.b') == optional.none() && format.named('dns1035Label').value().validate('1a').hasValue() && format.dns1035Label().validate('a1') == optional.none()")]
    public void Expression_OfTheTable_IsTrue(string expression)
    {
        var compilation = Environment.Compile(expression);
        Assert.True(compilation.IsValid, compilation.ErrorText());
        var result = compilation.ToProgram().Evaluate(Bindings());
        Assert.True(result.Value.IsTrue, $"{expression} gave {result.Value}");
    }

    [Theory]
    [InlineData("9223372036854775807 + i", "integer overflow")]
    [InlineData("-9223372036854775808 * -1", "integer overflow")]
    [InlineData("-(-9223372036854775808)", "integer overflow")]
    [InlineData("-9223372036854775808 % -1", "integer overflow")]
    [InlineData("0u - 1u", "unsigned integer overflow")]
    [InlineData("5u % 0u", "modulus by zero")]
    [InlineData("int(9223372036854775808.0)", "integer overflow")]
    [InlineData("int(double('NaN'))", "integer overflow")]
    [InlineData("uint(-1.0)", "unsigned integer overflow")]
    [InlineData("uint('-1')", "strconv.ParseUint: parsing \"-1\": invalid syntax")]
    [InlineData("int('0x10')", "strconv.ParseInt: parsing \"0x10\": invalid syntax")]
    [InlineData("int('1_000')", "strconv.ParseInt: parsing \"1_000\": invalid syntax")]
    [InlineData("int('')", "strconv.ParseInt: parsing \"\": invalid syntax")]
    [InlineData("double('1e999')", "strconv.ParseFloat: parsing \"1e999\": value out of range")]
    [InlineData("double('abc')", "strconv.ParseFloat: parsing \"abc\": invalid syntax")]
    [InlineData("duration('9223372036s') + duration('1s')", "duration overflow")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp overflow")]
    [InlineData("timestamp(253402300800)", "timestamp overflow")]
    [InlineData("timestamp(0).getHours('Mars/Base')", "unknown time zone Mars/Base")]
    [InlineData("timestamp(0).getHours('Pacific Standard Time')", "unknown time zone Pacific Standard Time")]
    [InlineData("timestamp(0).getHours('../UTC')", "time: invalid location name")]
    [InlineData("timestamp(0).getHours('a:00')", "strconv.Atoi: parsing \"a\": invalid syntax")]
    [InlineData("timestamp(0).getHours('01:')", "strconv.Atoi: parsing \"\": invalid syntax")]
    [InlineData("l[3]", "index out of bounds: 3")]
    [InlineData("l[-1]", "index out of bounds: -1")]
    [InlineData("m.none", "no such key: none")]
    [InlineData("x.none", "no such key: none")]
    [InlineData("dyn('a') + dyn(1)", "no such overload")]
    [InlineData("dyn({}) + dyn(1)", "no such overload: _+_")]
    [InlineData("dyn('a') < dyn(1)", "no such overload")]
    [InlineData("-dyn('a')", "no such overload: -_")]
    [InlineData("!dyn('a')", "no such overload")]
    [InlineData("dyn('a') && true", "no such overload")]
    [InlineData("true ? 1 / 0 : 2", "division by zero")]
    [InlineData("[1, 0].all(e, 1 / e == 1)", "division by zero")]
    [InlineData("[0, 2].exists(e, 1 / e == 1)", "division by zero")]
    [InlineData("[0, 1].exists_one(e, 1 / e == 1)", "division by zero")]
    [InlineData("optional.none().value()", "optional.none() dereference")]
    [InlineData("string(b'\\xff')", "invalid UTF-8 in bytes, cannot convert to string")]
    [InlineData("[].min()", "min called on empty list")]
    [InlineData("'a'.substring(-1)", "index out of range: -1")]
    [InlineData("[1].slice(-1, 0)", "cannot slice(-1, 0), negative indexes not supported")]
    public void Expression_OfTheTable_IsInError(string expression, string message)
    {
        var compilation = Environment.Compile(expression);
        Assert.True(compilation.IsValid, compilation.ErrorText());
        Assert.Equal(message, compilation.ToProgram().Evaluate(Bindings()).Error?.Message);
    }

    [Theory]
    [InlineData("cel.bind(y, 1, y)", "undeclared reference to 'cel'")]
    [InlineData("math.greatest(1, 2)", "undeclared reference to 'math'")]
    [InlineData("base64.encode(b'a')", "undeclared reference to 'base64'")]
    [InlineData("'abc'.reverse()", "found no matching overload for 'reverse'")]
    [InlineData("'a' + 1", "found no matching overload for '_+_' applied to '(string, int)'")]
    [InlineData("1 + 1u", "found no matching overload for '_+_' applied to '(int, uint)'")]
    [InlineData("1 + 1.0", "found no matching overload for '_+_' applied to '(int, double)'")]
    [InlineData("1 == 1u", "found no matching overload for '_==_' applied to '(int, uint)'")]
    [InlineData("[1, 1u]", "expected type 'int' but found 'uint'")]
    [InlineData("{'a': 1, 'b': 'c'}", "expected type 'int' but found 'string'")]
    [InlineData("{1: 1, 'b': 1}", "expected type 'int' but found 'string'")]
    [InlineData("i.size()", "found no matching overload for 'size' applied to 'int.()'")]
    [InlineData("18446744073709551616u", "invalid uint literal")]
    [InlineData("for", "mismatched input 'for'")]
    [InlineData("a.b.c", "undeclared reference to 'a'")]
    [InlineData("[1].all(l.a, true)", "argument must be a simple name")]
    [InlineData("timestamp('2009-02-13t23:31:30Z')", "invalid timestamp argument")]
    [InlineData("has(m['a'])", "invalid argument to has() macro")]
    public void Expression_OfTheTable_DoesNotCompile(string expression, string message)
        => Assert.Contains(message, Environment.Compile(expression).ErrorText(), StringComparison.Ordinal);

    private static CelBindings Bindings() => new CelBindings(Environment)
        .Set("x", CelValue.FromMap(CelMap.OfFields([]))).Set("i", CelValue.FromInt(7)).Set("m", CelValue.FromMap(CelMap.OfFields([new("a", CelValue.FromInt(1))])))
        .Set("l", CelValue.FromList(CelList.Of(CelValue.FromInt(1), CelValue.FromInt(2), CelValue.FromInt(3))));
}
